using Basalt.Server.Configuration;
using Basalt.Server.Hosting;
using Basalt.Server.Security;
using Microsoft.Extensions.Logging;

namespace Basalt.Server.Tests.Hosting;

public sealed class StartWarningsTests
{
    private static readonly AccessSettings Open = new();

    [Theory]
    [InlineData("http://127.0.0.1:8080", 0)]
    [InlineData("http://[::1]:8080", 0)]
    [InlineData("http://localhost:8080", 0)]
    [InlineData("http://0.0.0.0:8080", 1)]
    [InlineData("http://[::]:8080", 1)]
    [InlineData("http://192.0.2.1:8080", 1)]
    public void Write_WhenAnybodyMayDoEverything_WarnsOfAddressesThatOthersReach(string address, int warnings) =>
        Assert.Equal(warnings, Warnings(Open, [address], []).Count(text => text.Contains(address, StringComparison.Ordinal)));

    [Fact]
    public void Write_WhenGrpcAloneIsOpen_WarnsOfIt() =>
        Assert.Contains("http://0.0.0.0:50051", Assert.Single(Warnings(Open, ["http://127.0.0.1:1"], ["http://0.0.0.0:50051"])), StringComparison.Ordinal);

    [Theory]
    [InlineData("anonymous", 1)]
    [InlineData("ann", 0)]
    public void Write_WithTheAdminList_WarnsIfAnonymousIsAnAdministrator(string administrator, int warnings) =>
        Assert.Equal(warnings, Warnings(Open with { AdminListEnabled = true, Administrators = [administrator] }, ["http://0.0.0.0:1"], []).Count);

    [Fact]
    public void Write_WithoutAnonymousAccess_IsQuiet() =>
        Assert.Empty(Warnings(Open with { AnonymousEnabled = false }, ["http://0.0.0.0:1"], ["http://0.0.0.0:2"]));

    [Theory]
    [InlineData("https://127.0.0.1:1", "http://127.0.0.1:2", 1)]
    [InlineData("https://127.0.0.1:1", "https://127.0.0.1:2", 0)]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2", 0)]
    public void Write_WhenRestHasTlsAndGrpcHasNot_WarnsOfIt(string rest, string grpc, int warnings) =>
        Assert.Equal(warnings, Warnings(Open with { AnonymousEnabled = false }, [rest], [grpc]).Count(text => text.Contains("GRPC_TLS", StringComparison.Ordinal)));

    private static List<string> Warnings(AccessSettings access, string[] rest, string[] grpc)
    {
        var log = new ListLogger();
        StartWarnings.Write(log, new ServerSettings { DataPath = "data", Access = access }, rest, grpc);
        return log.Lines;
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
