using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Snapshots;

public sealed class LeaseTimeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Create_WhenTheFlushTakesLongerThanTheLease_CountsTheLeaseFromItsGrant()
    {
        bool slow = false;
        using Database database = Database.Open(_directory.Path, new DatabaseOptions
        {
            TimeProvider = _clock,
            FileSystem = new InterceptedFileSystem((call, path) =>
            {
                if (slow && call == "Create" && path.EndsWith(".seg", StringComparison.Ordinal))
                {
                    _clock.Advance(TimeSpan.FromHours(1));
                }
            }),
        });
        database.Put(database.CreateKeyspace("k"), "a"u8, "b"u8);
        slow = true;

        await using SnapshotHandle handle = await database.CreateSnapshotAsync(
            new SnapshotOptions { Owner = "test", TimeToLive = TimeSpan.FromMinutes(1) });

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(1), handle.ExpiresAt);
        Assert.Single(database.Leases);
    }
}
