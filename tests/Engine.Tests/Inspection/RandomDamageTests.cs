using System.Globalization;
using Xunit.Abstractions;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>Damage of any kind in any file: what check says must be what an open and its reads say, and a repair must keep its promises.</summary>
public sealed class RandomDamageTests(DamagedFixture fixture, ITestOutputHelper output) : IClassFixture<DamagedFixture>
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("BASALT_DAMAGE_ROUNDS") ?? "40", CultureInfo.InvariantCulture);

    private static readonly int FirstSeed = int.Parse(Environment.GetEnvironmentVariable("BASALT_DAMAGE_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Database_WhenDamagedAtRandom_IsCheckedAndRepairedTruthfully()
    {
        int good = 0;
        int refused = 0;
        int lossless = 0;
        for (int seed = FirstSeed; seed < FirstSeed + Rounds; seed++)
        {
            Random random = new(seed);
            string copy = fixture.NewCopy();
            List<string> harm = [];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                harm.Add(Harm.AtRandom(copy, random));
            }

            string context = $"seed {seed}: {string.Join("; ", harm)}";
            try
            {
                switch (await RunAsync(copy, context))
                {
                    case null:
                        refused++;
                        break;
                    case { IsNeeded: false }:
                        good++;
                        break;
                    case { Losses.Count: 0 }:
                        lossless++;
                        break;
                }
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException(context, failure);
            }

            Directory.Delete(copy, recursive: true);
        }

        output.WriteLine($"{Rounds} rounds: {good} without damage, {refused} refused, {lossless} without loss");
        Assert.True(good + refused < Rounds);
    }

    private async Task<RepairReport?> RunAsync(string copy, string context)
    {
        CheckReport check;
        try
        {
            check = await DatabaseInspector.CheckAsync(copy);
        }
        catch (DatabaseException exception) when (exception.Error == DatabaseError.UnsupportedFormat)
        {
            throw new InvalidOperationException($"{context}: damage was taken for a newer format", exception);
        }

        RepairReport report;
        try
        {
            report = await DatabaseRepairer.RepairAsync(copy);
        }
        catch (DatabaseException exception) when (exception.Error == DatabaseError.Corruption && exception.Message.Contains("No manifest", StringComparison.Ordinal))
        {
            Assert.False(check.IsGood, context);
            return null;
        }

        Assert.Equal(check.DamageCount, report.Check.DamageCount);
        if (check.IsGood)
        {
            // Harm where nothing lies that counts: it is as if there were none.
            using Database database = Database.Open(copy, DamagedFixture.Options);
            fixture.Oracle.VerifyAll(database);
            return report;
        }

        await RepairVerification.VerifyAsync(copy, fixture.Oracle, report, context);
        return report;
    }
}
