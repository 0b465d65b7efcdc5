namespace Basalt.Server.Cli.Backup;

/// <summary>What the commands end with.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int UsageError = 2;
    public const int NotFound = 3;
    public const int ProblemsFound = 4;

    /// <summary>The codes, for people.</summary>
    public const string Help = """
        Exit codes:
          0         done
          1         it failed; the message on the standard error says why
          2         the command line is wrong
          3         there is no such backup, repository or data directory
          4         verify or check found something wrong, or repair --dry-run something to do
          130, 143  interrupted by Ctrl-C or SIGTERM

        """;
}
