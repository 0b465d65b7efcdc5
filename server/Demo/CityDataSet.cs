using System.Globalization;
using System.IO.Compression;

namespace Basalt.Server.Demo;

/// <summary>The embedded list of the world's cities; Data/README.md has its format and origin.</summary>
internal static class CityDataSet
{
    private const string ResourceName = "cities.tsv.br";
    private const int Columns = 8;

    /// <summary>Reads all cities of the embedded data set, ascending by identifier.</summary>
    public static List<City> Load()
    {
        using Stream resource = typeof(CityDataSet).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The build embedded no resource '{ResourceName}'.");
        return Read(resource);
    }

    /// <summary>Reads a Brotli-compressed list of cities.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged, or a line does not have the format; the message names the line.</exception>
    public static List<City> Read(Stream compressed)
    {
        using BrotliStream text = new(compressed, CompressionMode.Decompress);
        using StreamReader reader = new(text);
        List<City> cities = [];
        while (reader.ReadLine() is { } line)
        {
            cities.Add(Parse(line, lineNumber: cities.Count + 1));
        }

        return cities;
    }

    private static City Parse(string line, int lineNumber)
    {
        Span<Range> columns = stackalloc Range[Columns + 1];
        ReadOnlySpan<char> text = line;
        int found = text.Split(columns, '\t');
        if (found == Columns
            && int.TryParse(text[columns[0]], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && int.TryParse(text[columns[5]], NumberStyles.None, CultureInfo.InvariantCulture, out int population)
            && double.TryParse(text[columns[6]], NumberStyles.Float, CultureInfo.InvariantCulture, out double latitude)
            && double.TryParse(text[columns[7]], NumberStyles.Float, CultureInfo.InvariantCulture, out double longitude))
        {
            // Countries, divisions and feature codes repeat by the thousand.
            return new City(
                id,
                text[columns[1]].ToString(),
                string.Intern(text[columns[2]].ToString()),
                string.Intern(text[columns[3]].ToString()),
                string.Intern(text[columns[4]].ToString()),
                population,
                latitude,
                longitude);
        }

        throw new InvalidDataException($"Line {lineNumber} of the city data set is not of {Columns} columns as expected: '{line}'.");
    }
}
