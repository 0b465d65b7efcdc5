using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Basalt.Tests.Support;

/// <summary>
/// Makes from good JSON what no client would send: values of other kinds, sizes and encodings in places where they still parse, or nearly.
/// Seeded, so that a failure can be run again.
/// </summary>
public sealed class JsonMutator
{
    private readonly Random _random;
    private readonly ByteMutator _bytes;

    /// <param name="seed">Tells which mutations are made.</param>
    public JsonMutator(int seed)
    {
        _random = new Random(unchecked(seed + (1009 * ByteMutator.Seed)));
        _bytes = new ByteMutator(seed);
    }

    /// <summary>The text with one to three changes; one time in eight its bytes are changed, too.</summary>
    public byte[] Mutate(string json)
    {
        JsonNode root = JsonNode.Parse(json)!;
        var raw = new List<string>();
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            root = Change(root, raw);
        }

        var text = new StringBuilder(root.ToJsonString());
        for (int i = 0; i < raw.Count; i++)
        {
            text.Replace($"\"{Mark(i)}\"", raw[i]);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        return _random.Next(8) == 0 ? _bytes.Mutate(bytes) : bytes;
    }

    private static string Mark(int index) => string.Create(CultureInfo.InvariantCulture, $"@raw{index}@");

    private JsonNode Change(JsonNode root, List<string> raw)
    {
        List<JsonNode> places = [];
        Collect(root, places);
        if (places.Count == 0 || _random.Next(60) == 0)
        {
            return Raw(raw);
        }

        JsonNode place = places[_random.Next(places.Count)];
        switch (place.Parent)
        {
            case JsonObject parent:
                ChangeMember(parent, place.GetPropertyName(), places, raw);
                break;
            case JsonArray parent:
                ChangeElement(parent, place.GetElementIndex(), places, raw);
                break;
        }

        return root;
    }

    private void ChangeMember(JsonObject parent, string name, List<JsonNode> places, List<string> raw)
    {
        switch (_random.Next(5))
        {
            case 0:
                parent.Remove(name);
                break;
            case 1:
                parent[name] = places[_random.Next(places.Count)].DeepClone();
                break;
            case 2:
                raw.Add($"{parent[name]?.ToJsonString() ?? "null"},{JsonValue.Create(name).ToJsonString()}:{HostileToken()}");
                parent[name] = Mark(raw.Count - 1);
                break;
            default:
                parent[name] = Raw(raw);
                break;
        }
    }

    private void ChangeElement(JsonArray parent, int index, List<JsonNode> places, List<string> raw)
    {
        switch (_random.Next(5))
        {
            case 0:
                parent.RemoveAt(index);
                break;
            case 1:
                parent.Insert(index, places[_random.Next(places.Count)].DeepClone());
                break;
            case 2:
                parent.Add(parent[index]?.DeepClone());
                break;
            default:
                parent[index] = Raw(raw);
                break;
        }
    }

    private JsonValue Raw(List<string> raw)
    {
        raw.Add(HostileToken());
        return JsonValue.Create(Mark(raw.Count - 1));
    }

    private string HostileToken() => _random.Next(40) switch
    {
        0 => "null",
        1 => "true",
        2 => "0",
        3 => "-1",
        4 => "1",
        5 => "2147483648",
        6 => "9223372036854775807",
        7 => "-9223372036854775808",
        8 => "18446744073709551616",
        9 => "1e308",
        10 => "1e999",
        11 => "-0.0",
        12 => "0.1",
        13 => "NaN",
        14 => "1" + new string('0', 400),
        15 => "\"\"",
        16 => "\"..\"",
        17 => "\"../../../../tmp/basalt-escape\"",
        18 => "\"/etc/passwd\"",
        19 => "\"a/../b\"",
        20 => "\".repo/data/../../x\"",
        21 => "\"\\ud800\"",
        22 => "\"\\udc00\\ud800\"",
        23 => "\"\\u0000\"",
        24 => "\"\u202e\uFEFFå\u0301\"",
        25 => "\"" + new string('a', 3000) + "\"",
        26 => "\"" + new string('%', 70_000) + "\"",
        27 => new string('[', 63) + new string(']', 63),
        28 => new string('[', 3000) + new string(']', 3000),
        29 => string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100),
        30 => "[]",
        31 => "{}",
        32 => "[null]",
        33 => "[[]]",
        34 => "[" + string.Join(',', Enumerable.Repeat("1", 5000)) + "]",
        35 => "\"0001-01-01T00:00:00Z\"",
        36 => "\"9999-12-31T23:59:59.9999999+14:00\"",
        37 => "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"",
        38 => "\"%2e%2e%2f\\\\..\\\\\"",
        _ => _random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
    };

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject parent => parent.Select(member => member.Value),
            JsonArray parent => parent,
            _ => [],
        };
        foreach (JsonNode child in children.OfType<JsonNode>())
        {
            places.Add(child);
            Collect(child, places);
        }
    }
}
