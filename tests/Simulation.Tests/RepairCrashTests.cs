using System.Text;
using Basalt.Engine;
using Basalt.Engine.Storage;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <summary>
/// The power fails, or the process is killed, at every call of a repair in turn. The next repair ends the work, or finds it done; everything
/// outside of the damaged block is there, and the damaged file still exists, under one name or the other.
/// </summary>
public sealed class RepairCrashTests
{
    private const string Path = "/data/db";
    private const int Keys = 300;
    private const int MostCalls = 1500;

    [Theory]
    [InlineData("PowerLoss", false)]
    [InlineData("PowerLoss", true)]
    [InlineData("Kill", true)]
    public async Task Repair_WhenItIsCutOffAtAnyCall_LeavesTheOldStateOrTheNewOne(string crash, bool afterEffect)
    {
        FaultKind kind = Enum.Parse<FaultKind>(crash);
        int crashes = 0;
        for (int call = 1; call < MostCalls; call++)
        {
            SimulatedWorld world = new(call);
            (byte[] damagedSegment, byte[] damagedLog) = BuildDamaged(world);
            world.Begin([new Fault(kind, call, afterEffect, IsInChange: true)], []);
            try
            {
                await RepairAsync(world);
            }
            catch (DatabaseException) when (world.Crash is not null)
            {
                crashes++;
            }

            bool hasCrashed = world.Crash is not null;
            world.Begin([], []);
            world.Restart();
            await RepairAsync(world);
            Assert.True((await CheckAsync(world)).IsGood, $"Call {call}");
            VerifyContents(world, $"Call {call}");
            Assert.True(Exists(world, damagedSegment) && Exists(world, damagedLog), $"Call {call}: a damaged file is gone.");
            if (!hasCrashed)
            {
                break;
            }
        }

        Assert.InRange(crashes, 20, MostCalls - 2);
    }

    private static DatabaseOptions Options(SimulatedWorld world) => new()
    {
        MemtableBytes = 64 << 10,
        BlockBytes = 512,
        FileSystem = world.Files,
        BackgroundExecutor = world.Executor,
        TimeProvider = world.Clock.Engine,
    };

    private static (byte[] Segment, byte[] Log) BuildDamaged(SimulatedWorld world)
    {
        using (Database database = Database.Open(Path, Options(world)))
        {
            Keyspace keyspace = database.CreateKeyspace("a");
            for (int i = 0; i < Keys; i++)
            {
                database.Put(keyspace, Key(i), Value(i), Durability.Sync);
            }
        }

        // As a killed process leaves it: with a log.
        Database killed = Database.Open(Path, Options(world));
        Keyspace filled = killed.FindKeyspace("a")!;
        for (int i = Keys; i < Keys + 50; i++)
        {
            killed.Put(filled, Key(i), Value(i), Durability.Sync);
        }

        world.Restart();
        string segment = Find(world, ".seg");
        Rewrite(world, segment, bytes => bytes[600] ^= 4);
        string log = Find(world, ".log");
        Rewrite(world, log, bytes => bytes[4096 + 2000] ^= 4);
        return (world.Files.ReadAllBytes(segment), world.Files.ReadAllBytes(log));
    }

    private static string Find(SimulatedWorld world, string suffix) => System.IO.Path.Combine(
        Path, world.Files.ListQuietly(Path).First(name => name.EndsWith(suffix, StringComparison.Ordinal)));

    private static void Rewrite(SimulatedWorld world, string path, Action<byte[]> change)
    {
        byte[] bytes = world.Files.ReadAllBytes(path);
        change(bytes);
        world.Files.Delete(path);
        using (IWritableFile file = world.Files.Create(path))
        {
            file.Append(bytes);
            file.Sync();
        }

        world.Files.SyncDirectory(Path);
    }

    private static Task<RepairReport> RepairAsync(SimulatedWorld world) => DatabaseRepairer.RepairAsync(
        Path, new RepairOptions { TimeProvider = world.Clock.Engine, Inspection = new InspectionOptions { FileSystem = world.Files } });

    private static Task<CheckReport> CheckAsync(SimulatedWorld world) =>
        DatabaseInspector.CheckAsync(Path, new InspectionOptions { FileSystem = world.Files });

    private static void VerifyContents(SimulatedWorld world, string context)
    {
        using Database database = Database.Open(Path, Options(world));
        Keyspace keyspace = database.FindKeyspace("a")!;
        int segments = 0;
        int logged = 0;
        for (int i = 0; i < Keys + 50; i++)
        {
            byte[]? value = database.Get(keyspace, Key(i));
            Assert.True(value is null || value.AsSpan().SequenceEqual(Value(i)), $"{context}: key {i} has a value that was never written.");
            segments += value is not null && i < Keys ? 1 : 0;

            // Of the log a prefix.
            Assert.True(value is null || i < Keys || logged == i - Keys, $"{context}: key {i} is there, but not all before it.");
            logged += value is not null && i >= Keys ? 1 : 0;
        }

        Assert.InRange(segments, Keys - 20, Keys - 1);
        Assert.InRange(logged, 5, 49);
    }

    private static bool Exists(SimulatedWorld world, byte[] bytes)
    {
        foreach (string folder in world.Files.ListQuietly(Path).Where(name => name.StartsWith("lost-", StringComparison.Ordinal)).Append("."))
        {
            string directory = folder == "." ? Path : System.IO.Path.Combine(Path, folder);
            foreach (string name in world.Files.ListQuietly(directory))
            {
                string path = System.IO.Path.Combine(directory, name);
                if (world.Files.FileExists(path) && world.Files.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number:D4}");

    private static byte[] Value(int number) => Encoding.UTF8.GetBytes($"value-{number}-{new string((char)('a' + (number % 26)), 40)}");
}
