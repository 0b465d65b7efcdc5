using System.Globalization;

namespace Basalt.Server.Tests.Support;

/// <summary>One server for all tests of a class; each test makes classes of its own in it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private TestServer? _server;
    private int _classes;

    internal TestServer Server => _server!;

    internal ApiClient Client => Server.Client;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>A class name that no other test uses.</summary>
    internal string NewClassName() => string.Create(CultureInfo.InvariantCulture, $"Class{Interlocked.Increment(ref _classes)}");

    /// <summary>Creates a class with these properties, given as JSON objects with commas between.</summary>
    /// <returns>Its name.</returns>
    internal async Task<string> CreateClassAsync(string properties = "")
    {
        string name = NewClassName();
        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}","properties":[{{properties}}]}""")).Expect(200);
        return name;
    }
}
