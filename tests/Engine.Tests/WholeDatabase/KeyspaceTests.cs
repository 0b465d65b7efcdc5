using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

public sealed class KeyspaceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void DropKeyspaces_WhenOneIsGivenTwice_DropsItOnceAndTheDatabaseOpensAgain()
    {
        using (Database database = Database.Open(_directory.Path))
        {
            Keyspace keyspace = database.CreateKeyspace("k");
            database.Put(keyspace, "a"u8, "b"u8);

            database.DropKeyspaces([keyspace, keyspace]);

            Assert.Empty(database.Keyspaces);
        }

        using Database reopened = Database.Open(_directory.Path);
        Assert.Empty(reopened.Keyspaces);
    }
}
