using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Basalt.Bench.Stress.Client;

/// <summary>How objects look; all of one follows from whose it is, its number and its state.</summary>
internal static class ObjectFormat
{
    private const long VectorModulus = 1 << 20;

    public static string Id(int worker, int number) => string.Create(CultureInfo.InvariantCulture, $"{worker:x8}-0000-4000-8000-{number:x12}");

    /// <summary>The whole object as a request has it.</summary>
    public static string Json(StressClass place, int worker, int number, ObjectState state) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""
        {"class":"{{{place.Name}}}","id":"{{{Id(worker, number)}}}"{{{Tenant(place)}}},"properties":{"worker":{{{worker}}},"number":{{{number}}},"version":{{{state.Version}}},"base":{{{state.Base}}},"text":"{{{Text(worker, number, state.Base)}}}"},"vector":[{{{state.Base % VectorModulus}}},{{{number}}}]}
        """);

    /// <summary>The body of a patch that sets the version.</summary>
    public static string Patch(StressClass place, int worker, int number, long version) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"class":"{{{place.Name}}}","id":"{{{Id(worker, number)}}}"{{{Tenant(place)}}},"properties":{"version":{{{version}}} }}""");

    /// <summary>Reads an object of the server.</summary>
    /// <exception cref="UnexpectedAnswerException">It is none of ours, or its parts do not belong together.</exception>
    public static (int Worker, int Number, ObjectState State) Read(JsonElement item)
    {
        JsonElement properties = item.GetProperty("properties");
        int worker = properties.GetProperty("worker").GetInt32();
        int number = properties.GetProperty("number").GetInt32();
        ObjectState state = new(properties.GetProperty("version").GetInt64(), properties.GetProperty("base").GetInt64());
        JsonElement vector = item.GetProperty("vector");
        return item.GetProperty("id").GetString() == Id(worker, number)
            && properties.GetProperty("text").GetString() == Text(worker, number, state.Base)
            && vector.GetArrayLength() == 2
            && vector[0].GetInt64() == state.Base % VectorModulus
            && vector[1].GetInt32() == number
                ? (worker, number, state)
                : throw new UnexpectedAnswerException($"The parts of an object do not belong together: {item.GetRawText()}");
    }

    /// <summary>A text that only this write has, of a length of its own.</summary>
    private static string Text(int worker, int number, long version)
    {
        // A linear congruence: this runs for each object that is written or read.
        ulong value = ((ulong)version * 6364136223846793005) + ((ulong)number * 1442695040888963407) + (ulong)worker + 1;
        int words = 2 + (int)((value >> 33) % 160);
        StringBuilder text = new(words * 9);
        for (int i = 0; i < words; i++)
        {
            value = (value * 6364136223846793005) + 1442695040888963407;
            text.Append(i == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{value >> 32:x8}");
        }

        return text.ToString();
    }

    private static string Tenant(StressClass place) => place.Tenant is null ? "" : $",\"tenant\":\"{place.Tenant}\"";
}
