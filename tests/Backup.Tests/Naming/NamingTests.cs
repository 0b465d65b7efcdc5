using Basalt.Backup.Naming;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Naming;

public sealed class NamingTests
{
    private static readonly ContentId Content = new(
        new SegmentOrigin(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), 0x1a, 0x40), 2, UInt128.Parse("338953138925153547590470800371487866880"));

    [Fact]
    public void ContentId_WhenFormatted_ReadsBack()
    {
        Assert.Equal("00112233445566778899aabbccddeeff-1a-40-2-ff000000000000000000000000000000", Content.Name);
        Assert.Equal("ff", Content.Folder);
        Assert.True(ContentId.TryParse(Content.Name, out ContentId parsed));
        Assert.Equal(Content, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00112233445566778899aabbccddeeff-1a-40-2")]
    [InlineData("00112233445566778899aabbccddeeff-1a-40-2-ff")]
    [InlineData("00112233445566778899AABBCCDDEEFF-1a-40-2-ff000000000000000000000000000000")]
    [InlineData("00112233445566778899aabbccddeeff-01a-40-2-ff000000000000000000000000000000")]
    [InlineData("00112233445566778899aabbccddeeff-1a-40-2-ff000000000000000000000000000000-")]
    public void ContentId_WhenMalformed_IsRefused(string text) => Assert.False(ContentId.TryParse(text, out _));

    [Fact]
    public void UploadNames_WhenAnEarlierRunUsedSome_NeverRepeatThem()
    {
        string ulid = Ulid.Create(TimeProvider.System);
        var before = new UploadNames(ulid);
        string first = before.Next();
        string second = before.Next();
        string key = RepositoryLayout.Data(Content, second);

        var after = new UploadNames(ulid);
        Assert.True(ContentId.TryParseName(RepositoryLayout.NameOf(key), out ContentId content, out ReadOnlySpan<char> uploadId));
        Assert.Equal(Content, content);
        Assert.True(after.Claim(uploadId));
        Assert.False(after.Claim(Ulid.Create(TimeProvider.System) + "000009"));

        Assert.DoesNotContain(after.Next(), new[] { first, second });
    }

    [Fact]
    public void Ulid_SortsByTime()
    {
        var early = new FixedClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var late = new FixedClock(new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero));

        Assert.True(string.CompareOrdinal(Ulid.Create(early), Ulid.Create(late)) < 0);
        Assert.True(Ulid.IsUlid(Ulid.Create(early)));
    }

    [Theory]
    [InlineData("claim-0001.json", 1)]
    [InlineData("claim-12345.json", 12345)]
    [InlineData("claim-001.json", 0)]
    [InlineData("claim-00001.json", 0)]
    [InlineData("claim-+001.json", 0)]
    [InlineData("claim-0001.jsonx", 0)]
    [InlineData("outcome-0001.json", 0)]
    public void ParseNumber_ReadsOnlyWhatIsWritten(string name, int expected) =>
        Assert.Equal(expected, RepositoryLayout.ParseNumber(name, RepositoryLayout.ClaimPrefix));

    [Theory]
    [InlineData("b1", true)]
    [InlineData("a_b-c", true)]
    [InlineData("", false)]
    [InlineData("B1", false)]
    [InlineData("a.b", false)]
    [InlineData("a/b", false)]
    public void IsBackupId_AllowsTheContractsCharacters(string id, bool expected) => Assert.Equal(expected, RepositoryLayout.IsBackupId(id));

    [Theory]
    [InlineData("Book", "Book", "", null)]
    [InlineData("Book/s1/objects", "Book", "s1", "objects")]
    [InlineData("Book//schema", "Book", "", "schema")]
    [InlineData("a/b", "a/b", "", null)]
    [InlineData("a/b/c/d", "a/b/c/d", "", null)]
    [InlineData("/b/c", "/b/c", "", null)]
    [InlineData("a/b/", "a/b/", "", null)]
    public void KeyspaceAddress_WhenParsed_FormatsBack(string name, string collection, string shard, string? role)
    {
        KeyspaceAddress address = KeyspaceAddress.Parse(name);

        Assert.Equal((collection, shard, role), (address.Collection, address.Shard, address.Role));
        Assert.Equal(name, address.ToString());
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
