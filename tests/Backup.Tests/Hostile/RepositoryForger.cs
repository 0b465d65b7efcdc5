using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Basalt.Backup.Checksums;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.Tests.Hostile;

/// <summary>
/// Changes documents of a repository as somebody does who may write in it: with seals and hashes that fit, so that readers look at what
/// they say.
/// </summary>
internal sealed class RepositoryForger(MemoryBackend memory)
{
    private const string OutcomeKey = "b1/outcome-0001.json";
    private const string NodeKey = "b1/0001/node1/node.json";

    /// <summary>Keys of all documents that readers trust, in order.</summary>
    public string[] Documents =>
        [.. memory.Objects.Keys.Where(key => key.Contains(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The first shard list that names segments of the kind.</summary>
    public string ShardWith(bool packed) => Documents.First(key => key.EndsWith(".gz", StringComparison.Ordinal)
        && ((JsonArray)Read(key)["files"]!).Any(file => file!.AsObject().ContainsKey("pack") == packed));

    /// <summary>A document without its seal.</summary>
    public JsonObject Read(string key)
    {
        byte[] bytes = memory.Objects[key];
        if (key.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            return JsonNode.Parse(gzip)!.AsObject();
        }

        JsonObject document = JsonNode.Parse(bytes)!.AsObject();
        document.Remove("crc32c");
        return document;
    }

    /// <summary>Changes a document.</summary>
    public void Edit(string key, Action<JsonObject> edit)
    {
        JsonObject document = Read(key);
        edit(document);
        Put(key, Encoding.UTF8.GetBytes(document.ToJsonString()));
    }

    /// <summary>Stores JSON, or what passes for it, in the place of a document.</summary>
    public void Put(string key, byte[] json)
    {
        if (key.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var bytes = new MemoryStream();
            using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(json);
            }

            PutCompressed(key, bytes.ToArray(), json);
            return;
        }

        memory.Objects[key] = key == OutcomeKey ? Seal(WithRoot(json)) : Seal(json);
        if (key == NodeKey)
        {
            Edit(OutcomeKey, outcome => outcome["nodes"]![0]!["sha256"] = Hash(memory.Objects[key]));
        }
    }

    /// <summary>Stores a compressed document and makes those above it name it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="json">What is in it, as far as the node document repeats it; empty leaves the counts.</param>
    public void PutCompressed(string key, byte[] bytes, byte[] json)
    {
        memory.Objects[key] = bytes;
        (int Files, Int128 Bytes)? counts = Count(json);
        Edit(NodeKey, node =>
        {
            foreach (JsonObject shard in node["shards"]!.AsArray().Select(shard => shard!.AsObject()).Where(shard => (string?)shard["key"] == key))
            {
                shard["sha256"] = Hash(bytes);
                if (counts is { } real && real.Bytes <= long.MaxValue && real.Bytes >= long.MinValue)
                {
                    shard["files"] = real.Files;
                    shard["bytes"] = (long)real.Bytes;
                }
            }
        });
    }

    private static (int Files, Int128 Bytes)? Count(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement[] files = [.. document.RootElement.GetProperty("files").EnumerateArray()];
            return (files.Length, files.Aggregate((Int128)0, (sum, file) => sum + file.GetProperty("size").GetInt64()));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The document itself is refused then.
            return null;
        }
    }

    private static byte[] WithRoot(byte[] json)
    {
        try
        {
            JsonObject outcome = JsonNode.Parse(json)!.AsObject();
            string hashes = string.Concat(outcome["nodes"]!.AsArray().Select(node => (string?)node!["sha256"]));
            outcome["root"] = Hash(Encoding.ASCII.GetBytes(hashes));
            return Encoding.UTF8.GetBytes(outcome.ToJsonString());
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException)
        {
            // As it came, then.
            return json;
        }
    }

    /// <summary>Bytes with a seal behind them.</summary>
    public static byte[] Seal(byte[] json)
    {
        byte[] start = json.Length > 0 && json[^1] == (byte)'}' ? json[..^1] : json;
        return [.. start, .. Encoding.ASCII.GetBytes($",\"crc32c\":\"{Crc32C.Compute(start):x8}\"}}\n")];
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
