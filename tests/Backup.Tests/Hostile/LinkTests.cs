using System.Diagnostics;
using System.Text;
using Basalt.Backup.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Hostile;

/// <summary>Links inside a repository's directory that lead out of it.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FileSystemBackend _backend;
    private readonly string _outside;

    public LinkTests()
    {
        _outside = Directory.CreateDirectory(_directory["outside"]).FullName;
        File.WriteAllText(Path.Combine(_outside, "secret"), "secret");
        _backend = new FileSystemBackend(_directory["repository"]);
        Directory.CreateDirectory(Path.Combine(_backend.Root, "b1"));
        Directory.CreateSymbolicLink(Path.Combine(_backend.Root, "b1", "linked"), _outside);
        File.CreateSymbolicLink(Path.Combine(_backend.Root, "b1", "file"), Path.Combine(_outside, "secret"));
    }

    [Theory]
    [InlineData("b1/linked/secret")]
    [InlineData("b1/file")]
    public async Task Read_ThroughALink_IsRefused(string key) => await AssertRefusedAsync(() => _backend.OpenReadAsync(key), key);

    [Theory]
    [InlineData("b1/linked/new")]
    [InlineData("b1/linked/folder/new")]
    public async Task Write_ThroughALink_IsRefused(string key)
    {
        await AssertRefusedAsync(() => _backend.TryPutAsync(key, ObjectContent.FromBytes(Encoding.ASCII.GetBytes("x"))), key);

        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("b1/linked/secret")]
    [InlineData("b1/file")]
    public async Task Delete_ThroughALink_IsRefused(string key)
    {
        await AssertRefusedAsync(() => _backend.DeleteAsync(key), key);

        Assert.True(File.Exists(Path.Combine(_outside, "secret")));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("b1/", true)]
    [InlineData("b1/", false)]
    [InlineData("b1/linked/", true)]
    public async Task List_WhereALinkIs_NamesIt(string prefix, bool recursive)
    {
        BackupBackendException failure = await Assert.ThrowsAsync<BackupBackendException>(() => _backend.ListAsync(prefix, recursive).ToListAsync());

        Assert.Contains("is a link", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".tmp")]
    [InlineData(".repo")]
    public async Task Write_WhereAFolderOfTheRepositoryIsALink_IsRefused(string folder)
    {
        Directory.CreateSymbolicLink(Path.Combine(_backend.Root, folder), _outside);

        await AssertRefusedAsync(() => _backend.TryPutAsync("b2/x", ObjectContent.FromBytes("x"u8.ToArray())), "b2/x");

        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName));
    }

    /// <summary>Bug: whoever could write into a repository could make its readers wait for ever.</summary>
    [Fact]
    public async Task Read_WhenAPipeIsInThePlaceOfAnObject_EndsAtOnce()
    {
        using (Process mkfifo = Process.Start("mkfifo", [Path.Combine(_backend.Root, "b1", "pipe")]))
        {
            await mkfifo.WaitForExitAsync();
            Assert.Equal(0, mkfifo.ExitCode);
        }

        await using Stream? stream = await Task.Run(() => _backend.OpenReadAsync("b1/pipe")).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, await stream!.ReadAsync(new byte[10]));
        Assert.False(await _backend.TryPutAsync("b1/pipe", ObjectContent.FromBytes("x"u8.ToArray())));
        await _backend.DeleteAsync("b1/pipe");
        Assert.Null(await _backend.OpenReadAsync("b1/pipe"));
    }

    [Fact]
    public async Task Root_WhenItIsALinkItself_IsUsed()
    {
        Directory.CreateDirectory(_directory["real"]);
        Directory.CreateSymbolicLink(_directory["link"], _directory["real"]);
        var backend = new FileSystemBackend(_directory["link"]);

        Assert.True(await backend.TryPutAsync("b1/x", ObjectContent.FromBytes("x"u8.ToArray())));

        Assert.Equal(["b1/x"], (await backend.ListAsync("").ToListAsync()).Select(entry => entry.Key));
        Assert.True(File.Exists(Path.Combine(_directory["real"], "b1", "x")));
        await backend.DeleteAsync("b1/x");
    }

    public void Dispose() => _directory.Dispose();

    private static async Task AssertRefusedAsync(Func<Task> call, string key)
    {
        BackupBackendException failure = await Assert.ThrowsAsync<BackupBackendException>(call);
        Assert.Equal(key, failure.ObjectKey);
        Assert.False(failure.IsTransient);
        Assert.Contains("is a link", failure.Message, StringComparison.Ordinal);
    }
}
