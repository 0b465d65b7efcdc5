using System.Buffers;
using System.Text.Json;
using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class CityObjectTests
{
    [Fact]
    public void IdOf_WhenCitiesDiffer_Differs()
    {
        List<City> cities = CityDataSet.Load();

        Assert.Equal(cities.Count, cities.Select(city => CityObject.IdOf(city.GeoNameId)).Distinct().Count());
    }

    [Fact]
    public void Read_WhenWritten_IsTheSame()
    {
        foreach (City city in CityDataSet.Load().Take(1000))
        {
            CityObject value = CityObject.Imported(city) with { Version = city.GeoNameId };

            using JsonDocument document = Write(value);

            Assert.Equal(value, CityObject.Read(document.RootElement));
        }
    }

    [Fact]
    public void Read_WhenAPropertyIsMissing_ShowsTheObject()
    {
        using JsonDocument document = JsonDocument.Parse("""{"id":"00000000-0000-0000-0000-000000000001","properties":{"geoNameId":1}}""");

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => CityObject.Read(document.RootElement));

        Assert.Contains("\"geoNameId\":1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"vector\":[]")]
    [InlineData(",\"vector\":[1,2,3]")]
    [InlineData(",\"vector\":[1,2,3,4,5]")]
    [InlineData(",\"vector\":[1,2,3,\"4\"]")]
    [InlineData(",\"vector\":null")]
    public void Read_WhenTheVectorIsNotAsWritten_Throws(string vector)
    {
        CityObject value = CityObject.Imported(CityDataSet.Load()[0]);
        using JsonDocument whole = Write(value);
        string text = whole.RootElement.GetRawText();
        string changed = text[..text.IndexOf(",\"vector\"", StringComparison.Ordinal)] + vector + "}";
        using JsonDocument document = JsonDocument.Parse(changed);

        Assert.Throws<InvalidDataException>(() => CityObject.Read(document.RootElement));
    }

    private static JsonDocument Write(CityObject value)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            value.WriteTo(writer);
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }
}
