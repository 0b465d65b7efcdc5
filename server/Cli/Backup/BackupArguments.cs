using System.CommandLine;
using System.Globalization;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary>Arguments and options that several commands have, with what they accept.</summary>
internal static class BackupArguments
{
    public static Argument<string> Id()
    {
        var id = new Argument<string>("id") { Description = "Id of the backup: 1 to 255 of a-z, 0-9, _ and -." };
        id.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } text }] && !BackupRequest.IsValidId(text))
            {
                result.AddError($"Invalid backup id '{text}': allowed are 1 to 255 of a-z, 0-9, _ and -.");
            }
        });
        return id;
    }

    public static Argument<RepositoryLocation> Repository(string name = "repository", string what = "The repository") => new(name)
    {
        Description = $"{what}: a path, or a URL such as file:///path.",
        CustomParser = static result =>
        {
            if (!RepositoryLocation.TryParse(result.Tokens[0].Value, out RepositoryLocation? location, out string? problem))
            {
                result.AddError(problem);
            }

            return location;
        },
    };

    public static Option<string> Data(string description) => new("--data") { Description = description, HelpName = "dir", Required = true };

    public static Option<string[]> Classes(string name, string description) => new(name)
    {
        Description = $"{description} '*' and '?' stand for any letters. May be given again.",
        HelpName = "class",
    };

    /// <summary>Whether a store without conditional writes is used.</summary>
    public static Option<bool> AllowDegraded() => new("--allow-degraded-store")
    {
        Description = "Use a store that cannot create an object only if it is absent. FORMAT.md says what is different then.",
    };

    /// <summary>The most bytes per second.</summary>
    public static Option<long> MaxRate()
    {
        var option = new Option<long>("--max-rate") { Description = "Most bytes per second to transfer, such as 50M; no limit unless told.", HelpName = "rate" };
        option.CustomParser = static result =>
        {
            string text = result.Tokens[0].Value;
            if (ByteRate.TryParse(text, out long rate))
            {
                return rate;
            }

            result.AddError($"Option '--max-rate' takes {ByteRate.Allowed}; it is '{text}'.");
            return 0;
        };
        return option;
    }

    public static Option<bool> DryRun() => new("--dry-run") { Description = "Say only what would be done." };

    /// <summary>A number of backups to keep.</summary>
    public static Option<int> Count(string name, string description)
    {
        const int most = 10_000;
        var option = new Option<int>(name) { Description = description, HelpName = "n" };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= most)
            {
                return count;
            }

            result.AddError($"Option '{name}' takes 1 to {most}, not '{text}'.");
            return 0;
        };
        return option;
    }

    /// <summary>An age.</summary>
    public static Option<TimeSpan?> AgeOf(string name, string description, TimeSpan least, TimeSpan most)
    {
        var option = new Option<TimeSpan?>(name) { Description = description, HelpName = "age" };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Age.TryParse(text, out TimeSpan age) && age >= least && age <= most)
            {
                return age;
            }

            string range = most == TimeSpan.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $", up to {most.TotalDays:0}d");
            result.AddError($"Option '{name}' takes {Age.Allowed}{range}; it is '{text}'.");
            return null;
        };
        return option;
    }
}
