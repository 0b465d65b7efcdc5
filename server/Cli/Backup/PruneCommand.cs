using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup prune</c></summary>
internal sealed class PruneCommand : RepositoryCommand
{
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();
    private readonly Option<int> _last = BackupArguments.Count("--keep-last", "Keep this many of the newest.");
    private readonly Option<int> _daily = BackupArguments.Count("--keep-daily", "Keep the newest of each of this many days that have any.");
    private readonly Option<int> _weekly = BackupArguments.Count("--keep-weekly", "Keep the newest of each of this many weeks, from Monday, UTC.");
    private readonly Option<int> _monthly = BackupArguments.Count("--keep-monthly", "Keep the newest of each of this many months.");
    private readonly Option<int> _yearly = BackupArguments.Count("--keep-yearly", "Keep the newest of each of this many years.");
    private readonly Option<TimeSpan?> _age = BackupArguments.AgeOf(
        "--max-age", "Keep older ones for --keep-last only; alone, keep all younger ones. 30d, 12w, 36h.", TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
    private readonly Option<TimeSpan?> _failed = BackupArguments.AgeOf(
        "--keep-failed", "Keep failed and canceled ones this long; 7d unless told.", TimeSpan.Zero, TimeSpan.FromDays(3650));
    private readonly Option<bool> _dryRun = BackupArguments.DryRun();

    public PruneCommand(CommandConsole console)
        : base(
            "prune",
            "Deletes the backups that no rule keeps; never the newest complete one. 'backup gc' frees their space.",
            console,
            "prune file:///backups --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run",
            "prune /backups --max-age 30d --keep-last 3")
    {
        Arguments.Add(_repository);
        foreach (Option option in (Option[])[_last, _daily, _weekly, _monthly, _yearly, _age, _failed, _dryRun])
        {
            Options.Add(option);
        }

        Validators.Add(result =>
        {
            if (((Option[])[_last, _daily, _weekly, _monthly, _yearly, _age]).All(rule => result.GetResult(rule) is null))
            {
                result.AddError(
                    "There is no rule. Give at least one of --keep-last, --keep-daily, --keep-weekly, --keep-monthly, --keep-yearly and --max-age.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        bool isDryRun = arguments.GetValue(_dryRun);
        RetentionPolicy policy = PolicyOf(arguments);
        using BackupRepository repository = await arguments.GetRequiredValue(_repository).OpenExistingAsync(cancellationToken);
        IReadOnlyList<RetentionDecision> decisions = await repository.PruneAsync(policy, isDryRun, cancellationToken);
        report.Result(
            json => MaintenanceJson.Write(json, decisions, isDryRun),
            () => report.Table(
                ["ID", "STARTED", isDryRun ? "WOULD BE" : "WAS", "REASON"],
                decisions.Select(decision => new[]
                {
                    decision.Backup.Id, BackupDocument.Time(decision.Backup.StartedAt), decision.IsKept ? "kept" : "deleted", decision.Reason,
                })));
        return ExitCode.Success;
    }

    private RetentionPolicy PolicyOf(ParseResult arguments)
    {
        var policy = new RetentionPolicy
        {
            KeepLast = arguments.GetValue(_last),
            KeepDaily = arguments.GetValue(_daily),
            KeepWeekly = arguments.GetValue(_weekly),
            KeepMonthly = arguments.GetValue(_monthly),
            KeepYearly = arguments.GetValue(_yearly),
            MaximumAge = arguments.GetValue(_age),
        };
        return arguments.GetValue(_failed) is { } failed ? policy with { KeepFailed = failed } : policy;
    }
}
