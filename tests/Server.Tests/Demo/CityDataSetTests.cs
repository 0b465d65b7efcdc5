using System.IO.Compression;
using System.Text;
using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class CityDataSetTests
{
    [Fact]
    public void Load_WhenEmbedded_HasOverAHundredThousandCitiesInOrder()
    {
        List<City> cities = CityDataSet.Load();

        Assert.Equal(135_233, cities.Count);
        Assert.All(cities.Zip(cities.Skip(1)), pair => Assert.True(pair.First.GeoNameId < pair.Second.GeoNameId));
        Assert.Contains(new City(2950159, "Berlin", "DE", "16", "PPLC", 3426354, 52.52437, 13.41053), cities);
        Assert.All(cities, city =>
        {
            Assert.InRange(city.Latitude, -90, 90);
            Assert.InRange(city.Longitude, -180, 180);
            Assert.NotEmpty(city.Name);
        });
    }

    [Theory]
    [InlineData("1\tName\tDE\t16\tPPL\t5\t52.5")]
    [InlineData("1\tName\tDE\t16\tPPL\t5\t52.5\t13.4\textra")]
    [InlineData("one\tName\tDE\t16\tPPL\t5\t52.5\t13.4")]
    [InlineData("1\tName\tDE\t16\tPPL\t-5\t52.5\t13.4")]
    [InlineData("1\tName\tDE\t16\tPPL\t5\tnorth\t13.4")]
    [InlineData("")]
    public void Read_WhenALineIsMalformed_NamesTheLine(string line)
    {
        using MemoryStream compressed = Compress($"7\tFine\tDE\t\tPPL\t0\t1.00000\t2.00000\n{line}\n");

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => CityDataSet.Read(compressed));

        Assert.Contains("Line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTruncated_Throws()
    {
        using MemoryStream whole = Compress("7\tFine\tDE\t\tPPL\t0\t1.00000\t2.00000\n");
        using MemoryStream truncated = new(whole.ToArray()[..^3]);

        Assert.Throws<InvalidDataException>(() => CityDataSet.Read(truncated));
    }

    private static MemoryStream Compress(string text)
    {
        MemoryStream compressed = new();
        using (BrotliStream brotli = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(Encoding.UTF8.GetBytes(text));
        }

        compressed.Position = 0;
        return compressed;
    }
}
