using System.CommandLine;
using System.Globalization;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup verify</c></summary>
internal sealed class VerifyCommand : RepositoryCommand
{
    private readonly Argument<string> _id = BackupArguments.Id();
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();

    private readonly Option<string> _level = new("--level")
    {
        Description = "structure: the documents; existence: that every object is there; checksums: what each says of itself; "
            + "sample: some whole objects; full: every byte. Each includes those before.",
        HelpName = "level",
        DefaultValueFactory = static _ => MaintenanceJson.Word(new VerificationOptions().Level),
    };

    private readonly Option<double> _percent = new("--sample-percent")
    {
        Description = "Share of the objects that the level sample reads.",
        HelpName = "percent",
        DefaultValueFactory = static _ => new VerificationOptions().SamplePercent,
        CustomParser = static result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent is > 0 and <= 100)
            {
                return percent;
            }

            result.AddError($"Option '--sample-percent' takes a number above 0 and at most 100, not '{text}'.");
            return 0;
        },
    };

    public VerifyCommand(CommandConsole console)
        : base(
            "verify",
            "Looks whether a backup could be restored, and names everything that is wrong with it. Needs no more than to read.",
            console,
            "verify nightly-1 file:///backups",
            "verify nightly-1 /backups --level sample --sample-percent 10",
            "verify nightly-1 /backups --level full --json")
    {
        _level.AcceptOnlyFromAmong([.. Enum.GetValues<VerificationLevel>().Select(MaintenanceJson.Word)]);
        Arguments.Add(_id);
        Arguments.Add(_repository);
        Options.Add(_level);
        Options.Add(_percent);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string id = arguments.GetRequiredValue(_id);
        var options = new VerificationOptions
        {
            Level = Enum.Parse<VerificationLevel>(arguments.GetRequiredValue(_level), ignoreCase: true),
            SamplePercent = arguments.GetValue(_percent),
        };
        using BackupRepository repository = await arguments.GetRequiredValue(_repository).OpenExistingAsync(cancellationToken);
        VerificationReport found = await report.TrackAsync(
            $"Verifying {id}", progress => repository.VerifyAsync(id, options with { Progress = progress }, cancellationToken));
        report.Result(json => MaintenanceJson.Write(json, found), () => WriteText(report, found));
        return found.IsGood ? ExitCode.Success : ExitCode.ProblemsFound;
    }

    private static void WriteText(CommandReport report, VerificationReport found)
    {
        string extent = $"level {MaintenanceJson.Word(found.Level)}, {found.Objects} objects, "
            + $"{found.ObjectsRead} of them read ({BackupDocument.Size(found.BytesRead)})";
        if (found.IsGood)
        {
            report.Line($"Backup '{found.Id}' is good: {extent}.");
            return;
        }

        report.Line($"Backup '{found.Id}' is damaged, {found.Problems.Length} problems: {extent}.");
        report.Table(["OBJECT", "PROBLEM"], found.Problems.Select(problem => new[] { problem.ObjectKey, problem.Message }));
    }
}
