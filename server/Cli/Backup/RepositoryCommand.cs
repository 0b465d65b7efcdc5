using System.Collections.Immutable;

namespace Basalt.Server.Cli.Backup;

/// <summary>A command on a repository: <c>backup list</c> for example.</summary>
internal abstract class RepositoryCommand(string name, string description, CommandConsole console, params ImmutableArray<string> examples)
    : ReportingCommand(CommandRunner.Backup, name, description, console, examples);
