using Basalt.Backup.Backends;
using Basalt.Backup.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Backends;

public sealed class BackendProbeTests
{
    private readonly MemoryBackend _memory = new();

    [Theory]
    [InlineData(ConditionSupport.Kept, WriteConditions.Verified, "verified")]
    [InlineData(ConditionSupport.Ignored, WriteConditions.Absent, "absent")]
    [InlineData(ConditionSupport.Refused, WriteConditions.Absent, "absent")]
    public async Task Run_OfAStoreThatIsOtherwiseGood_FindsOutWhetherItKeepsConditions(
        ConditionSupport conditions, WriteConditions expected, string word)
    {
        var backend = new MemoryBackend(conditions);

        WriteConditions found = await RunAsync(backend);

        Assert.Equal(expected, found);
        string verdict = System.Text.Encoding.UTF8.GetString(Assert.Single(backend.Objects).Value);
        Assert.Contains($"\"conditionalWrites\":\"{word}\"", verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConditionSupport.Ignored)]
    [InlineData(ConditionSupport.Refused)]
    public async Task Run_WhenAStoreWithoutConditionsChangesBytes_RefusesIt(ConditionSupport conditions)
    {
        var backend = new InterceptedBackend(new MemoryBackend(conditions)) { OnOpened = (_, _) => new MemoryStream("fIrst"u8.ToArray()) };

        var failure = await Assert.ThrowsAsync<BackupException>(() => RunAsync(backend));

        Assert.Contains("other bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenTheAcknowledgementOfTheFirstPutIsLost_FindsTheStoreGoodAllTheSame()
    {
        int puts = 0;
        var backend = new InterceptedBackend(_memory)
        {
            BeforePut = async key =>
            {
                if (++puts == 1)
                {
                    await _memory.TryPutAsync(key, ObjectContent.FromBytes(First));
                }
            },
        };

        Assert.Equal(WriteConditions.Verified, await RunAsync(backend));
    }

    [Fact]
    public async Task Run_WhenStoreHidesObjects_SaysSo()
    {
        int puts = 0;
        var backend = new InterceptedBackend(_memory)
        {
            AfterPut = key =>
            {
                if (++puts == 2)
                {
                    _memory.Objects.TryRemove(key, out _);
                }

                return Task.CompletedTask;
            },
        };

        var failure = await Assert.ThrowsAsync<BackupException>(() => RunAsync(backend));

        Assert.Contains("does not list", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenStoreChangesBytes_SaysSo()
    {
        var backend = new InterceptedBackend(_memory) { OnOpened = (_, _) => new MemoryStream("fIrst"u8.ToArray()) };

        var failure = await Assert.ThrowsAsync<BackupException>(() => RunAsync(backend));

        Assert.Contains("other bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenStoreIsGood_LeavesOneVerdictAndNothingElse()
    {
        await RunAsync(_memory);
        await RunAsync(_memory);

        Assert.DoesNotContain("problem", Verdict(Assert.Single(_memory.Objects.Keys)), StringComparison.Ordinal);
        await BackendProbe.RunAsync(_memory, new LaterClock(TimeSpan.FromDays(31)), CancellationToken.None);
        Assert.Equal(2, _memory.Objects.Count);
    }

    [Fact]
    public async Task Run_WhenStoreTurnsBad_LeavesThatVerdictToo()
    {
        await RunAsync(_memory);
        string good = Assert.Single(_memory.Objects.Keys);
        var backend = new InterceptedBackend(_memory) { OnOpened = (key, stream) => key.Contains("probe", StringComparison.Ordinal) ? new MemoryStream() : stream };

        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<BackupException>(() => RunAsync(backend));
        }

        string bad = Assert.Single(_memory.Objects.Keys, key => key != good);
        Assert.Contains("other bytes", Verdict(bad), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenTheVerdictIsDamaged_StoresANewOne()
    {
        await RunAsync(_memory);
        _memory.Objects[Assert.Single(_memory.Objects.Keys)] = [1, 2, 3];

        await RunAsync(_memory);

        Assert.Equal(2, _memory.Objects.Count);
    }

    /// <summary>What the probe puts first.</summary>
    private static byte[] First => [.. Enumerable.Range(0, 4 << 10).Select(index => (byte)(index * 7))];

    private string Verdict(string key)
    {
        Assert.Matches("^[.]repo/caps/[0-9a-z]{26}[.]json$", key);
        return System.Text.Encoding.UTF8.GetString(_memory.Objects[key]);
    }

    private static Task<WriteConditions> RunAsync(IBackupBackend backend) => BackendProbe.RunAsync(backend, TimeProvider.System, CancellationToken.None);
}
