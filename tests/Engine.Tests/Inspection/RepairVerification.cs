namespace Basalt.Engine.Tests.Inspection;

/// <summary>What must hold after every repair.</summary>
internal static class RepairVerification
{
    public static async Task VerifyAsync(string directory, DamageOracle oracle, RepairReport report, string context)
    {
        CheckReport second = await DatabaseInspector.CheckAsync(directory);
        Assert.True(second.IsGood, $"{context}: {string.Join('\n', second.Damage)}");
        Assert.False((await DatabaseRepairer.RepairAsync(directory)).IsNeeded, context);
        for (int open = 0; open < 2; open++)
        {
            using Database database = Database.Open(directory, DamagedFixture.Options);
            oracle.Verify(database, report.Losses, context);
            Keyspace fresh = database.CreateKeyspace($"fresh-{open}");
            WriteBatch batch = new();
            batch.Put(fresh, "k"u8, "v"u8);
            database.Write(batch, Durability.Sync);
            Assert.Equal("v"u8.ToArray(), database.Get(fresh, "k"u8));
        }

        foreach (string name in report.SetAside)
        {
            Assert.True(File.Exists(Path.Combine(report.LostFolder!, name)), $"{context}: {name} is not in the lost folder.");
        }

        CheckReport third = await DatabaseInspector.CheckAsync(directory);
        Assert.True(third.IsGood, $"{context}: {string.Join('\n', third.Damage)}");
    }
}
