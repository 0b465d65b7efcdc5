using System.Text.Json.Serialization.Metadata;
using Basalt.Backup.Documents;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Hostile;

/// <summary>Mutated documents, sealed and hashed as if their writer had meant them, and mutated frames.</summary>
public sealed class RepositoryFuzzTests : HostileRepositoryTest
{
    private const long MaxAllocated = 16 << 20;

    [Fact]
    public void Documents_WhenMutated_AreReadOrRefused()
    {
        Fuzz(40, "claim-", DocumentJsonContext.Default.ClaimDocument);
        Fuzz(41, "outcome-", DocumentJsonContext.Default.OutcomeDocument);
        Fuzz(42, "node.json", DocumentJsonContext.Default.NodeDocument);
        Fuzz(43, "repo-", DocumentJsonContext.Default.RepositoryDocument);
        Fuzz(44, ".repo/caps/", DocumentJsonContext.Default.VerdictDocument);
        Fuzz(45, "shard-", DocumentJsonContext.Default.ShardDocument);
        const string By = """ "by":{"node":"n","instance":"11111111-2222-3333-4444-555555555555"} """;
        const string Time = "2026-01-02T03:04:05+00:00";
        FuzzText(46, $$"""{{{By}},"created":"{{Time}}"}""", DocumentJsonContext.Default.TombstoneDocument);
        FuzzText(47, $$"""{{{By}},"at":"{{Time}}"}""", DocumentJsonContext.Default.HeartbeatDocument);
        FuzzText(48, $$"""{{{By}},"created":"{{Time}}","expires":"{{Time}}"}""", DocumentJsonContext.Default.PinDocument);
        FuzzText(49, $$"""{{{By}},"created":"{{Time}}","keys":["a","b"]}""", DocumentJsonContext.Default.GarbagePlanDocument);
        FuzzText(
            50,
            $$"""{{{By}},"completed":"{{Time}}","deleted":1,"retained":["a"],"failed":[{"key":"a","error":"x"}],"bytesFreed":5}""",
            DocumentJsonContext.Default.GarbageDoneDocument);
        FuzzText(
            51, """{"attemptUlid":"x","entries":[{"id":"a","key":"b","mode":"new"}]}""", DocumentJsonContext.Default.JournalDocument);
    }

    [Fact]
    public void CompressedDocument_WhenItsBytesAreMutated_IsReadOrRefused()
    {
        byte[] bytes = Memory.Objects[Forger.ShardWith(packed: true)];
        var mutator = new ByteMutator(52);
        FuzzLoop.Run(
            52,
            ByteMutator.Rounds,
            () => mutator.Mutate(bytes),
            input => Refusable(() => DocumentCodec.Decompress("k", input, DocumentJsonContext.Default.ShardDocument)),
            MaxAllocated);
    }

    [Fact]
    public async Task Repository_WhenAnyDocumentIsMutated_IsReadOrItsFaultIsTold()
    {
        foreach ((string key, int index) in Forger.Documents.Select((key, index) => (key, index)))
        {
            var mutator = new JsonMutator(60 + index);
            string json = Forger.Read(key).ToJsonString();
            for (int round = 0; round < Math.Max(1, ByteMutator.Rounds / 200); round++)
            {
                byte[] input = mutator.Mutate(json);
                try
                {
                    Forger.Put(key, input);
                    await ReadEverythingAsync();
                }
                catch (Exception failure)
                {
                    Assert.Fail($"{key}: {FuzzLoop.Describe(60 + index, round, input)}: {failure}");
                }

                Heal();
            }
        }
    }

    [Fact]
    public async Task Repository_WhenAFrameIsMutated_IsReadOrItsFaultIsTold()
    {
        foreach (string key in Memory.Objects.Keys.Where(key => key.Contains("/pack-", StringComparison.Ordinal) || key.StartsWith(".repo/data/", StringComparison.Ordinal)).ToArray())
        {
            var mutator = new ByteMutator(90);
            for (int round = 0; round < Math.Max(1, ByteMutator.Rounds / 200); round++)
            {
                byte[] input = mutator.Mutate(Good[key]);
                try
                {
                    Memory.Objects[key] = SealHeader(input);
                    await ReadEverythingAsync();
                }
                catch (Exception failure)
                {
                    Assert.Fail($"{key}: {FuzzLoop.Describe(90, round, input)}: {failure}");
                }

                Heal();
            }
        }
    }

    /// <summary>A frame whose header has a checksum that fits.</summary>
    private static byte[] SealHeader(byte[] frame)
    {
        if (frame.Length >= 64)
        {
            uint crc = Checksums.Crc32C.Mask(Checksums.Crc32C.Compute(frame.AsSpan(0, 60)));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(60), crc);
        }

        return frame;
    }

    private void Fuzz<T>(int seed, string kind, JsonTypeInfo<T> type) =>
        FuzzText(seed, Forger.Read(Forger.Documents.First(key => key.Contains(kind, StringComparison.Ordinal))).ToJsonString(), type);

    private static void FuzzText<T>(int seed, string json, JsonTypeInfo<T> type)
    {
        var mutator = new JsonMutator(seed);
        DocumentCodec.Unseal("k", RepositoryForger.Seal(System.Text.Encoding.UTF8.GetBytes(json)), type);
        FuzzLoop.Run(
            seed,
            ByteMutator.Rounds,
            () => RepositoryForger.Seal(mutator.Mutate(json)),
            input => Refusable(() => DocumentCodec.Unseal("k", input, type)),
            MaxAllocated);
    }

    private static void Refusable(Action read)
    {
        try
        {
            read();
        }
        catch (BackupException refused) when (refused is { Error: BackupError.Corrupted, ObjectKey: "k" })
        {
            // What it is for.
        }
    }
}
