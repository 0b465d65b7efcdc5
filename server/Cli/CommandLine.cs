using System.Collections.Immutable;
using System.Globalization;
using Basalt.Server.Configuration;

namespace Basalt.Server.Cli;

/// <summary>The server's own command line: what to do, and where to listen.</summary>
/// <param name="ShowHelp">Print the help and end.</param>
/// <param name="ShowVersion">Print the version and end.</param>
/// <param name="Urls">Addresses to listen on; empty leaves it to the environment.</param>
internal sealed record CommandLine(bool ShowHelp, bool ShowVersion, ImmutableArray<string> Urls)
{
    public const string Help = """
        Basalt server: a vector database's objects with online backup, behind Weaviate's REST API.

        Usage: Basalt.Server [options]
               Basalt.Server demo [options]
               Basalt.Server backup <command> [options]    Backups without a server: backup --help
               Basalt.Server check [options]               Looks for damage in the data of a server that does not run
               Basalt.Server repair [options]              Makes damaged data usable again: repair --help

        Options:
          --urls <url[;url]>   Addresses to listen on; wins over ASPNETCORE_URLS. Default: http://127.0.0.1:8080
          --host <host>        As Weaviate: the host to listen on (default 127.0.0.1). Not together with --urls.
          --port <port>        As Weaviate: the port, 0 for a free one (default 8080). Not together with --urls.
          --scheme <scheme>    As Weaviate: http (default) or https, which needs Kestrel__Certificates__Default__Path.
          --version            Print the version.
          --help               Print this text.

        Settings come from environment variables with Weaviate's names (PERSISTENCE_DATA_PATH, CLUSTER_HOSTNAME,
        QUERY_DEFAULTS_LIMIT, ...); API.md lists them all.
        """;

    /// <summary>Parses arguments.</summary>
    /// <exception cref="CommandLineException">An option is unknown or its value is not allowed.</exception>
    public static CommandLine Parse(ReadOnlySpan<string> arguments)
    {
        bool help = false;
        bool version = false;
        string? urls = null;
        string? host = null;
        int? port = null;
        string? scheme = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            (string option, string? inline) = Split(arguments[i]);
            switch (option)
            {
                case "--help" or "-h":
                    help = true;
                    break;
                case "--version":
                    version = true;
                    break;
                case "--urls":
                    urls = Value(option, inline, arguments, ref i);
                    break;
                case "--host":
                    host = Value(option, inline, arguments, ref i);
                    break;
                case "--port":
                    port = ParsePort(Value(option, inline, arguments, ref i));
                    break;
                case "--scheme":
                    scheme = ParseScheme(Value(option, inline, arguments, ref i));
                    break;
                default:
                    throw new CommandLineException($"Unknown option '{UrlSecrets.Hide(arguments[i])}'. See --help.");
            }
        }

        return new CommandLine(help, version, Combine(urls, scheme, host, port));
    }

    private static (string Option, string? Value) Split(string argument)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private static string Value(string option, string? inline, ReadOnlySpan<string> arguments, ref int index) =>
        inline ?? (++index < arguments.Length
            ? arguments[index]
            : throw new CommandLineException($"Option '{option}' needs a value. See --help."));

    private static int ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= ushort.MaxValue
            ? port
            : throw new CommandLineException($"Option '--port' takes 0 to 65535, not '{text}'.");

    private static string ParseScheme(string scheme) =>
        scheme is "http" or "https" ? scheme : throw new CommandLineException($"Option '--scheme' takes 'http' or 'https', not '{scheme}'.");

    private static ImmutableArray<string> Combine(string? urls, string? scheme, string? host, int? port)
    {
        if (urls is null)
        {
            return host is null && port is null && scheme is not "https"
                ? []
                : [Checked("--host", $"{scheme ?? "http"}://{host ?? "127.0.0.1"}:{port ?? 8080}")];
        }

        if (host is not null || port is not null)
        {
            throw new CommandLineException("Option '--urls' cannot be combined with '--host' or '--port'.");
        }

        string[] parts = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length == 0
            ? throw new CommandLineException("Option '--urls' needs a value. See --help.")
            : [.. parts.Select(url => Checked("--urls", url))];
    }

    private static string Checked(string option, string url) =>
        ListenUrl.Problem(url) is { } allowed
            ? throw new CommandLineException($"Option '{option}' takes {allowed}, not '{UrlSecrets.Hide(url)}'.")
            : url;
}
