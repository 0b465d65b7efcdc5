using System.Globalization;
using System.Text.Json;
using Basalt.Backup;
using Basalt.Server.Backups;
using Microsoft.AspNetCore.Http.Features;

namespace Basalt.Server.Api;

/// <summary>Reads what requests for maintenance of a repository say. Unknown members are ignored.</summary>
internal static class MaintenanceBody
{
    private const int MostKept = 10_000;

    private static readonly TimeSpan LongestMinimumAge = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestKeepFailed = TimeSpan.FromDays(3650);

    /// <summary>The policy of a request to prune.</summary>
    /// <exception cref="RequestException">It is not JSON, or a member breaks the description.</exception>
    public static async Task<(RetentionPolicy Policy, bool IsDryRun)> ReadPolicyAsync(HttpContext context)
    {
        using JsonDocument document = await RequestBody.ReadDocumentAsync(context);
        JsonFields body = JsonFields.Of(document.RootElement, "");
        var policy = new RetentionPolicy
        {
            KeepLast = Count(body, "keepLast"),
            KeepDaily = Count(body, "keepDaily"),
            KeepWeekly = Count(body, "keepWeekly"),
            KeepMonthly = Count(body, "keepMonthly"),
            KeepYearly = Count(body, "keepYearly"),
            MaximumAge = AgeOf(body, "maxAge", TimeSpan.FromSeconds(1), TimeSpan.MaxValue),
        };
        if (AgeOf(body, "keepFailed", TimeSpan.Zero, LongestKeepFailed) is { } keepFailed)
        {
            policy = policy with { KeepFailed = keepFailed };
        }

        bool hasRule = policy.MaximumAge is not null
            || policy.KeepLast + policy.KeepDaily + policy.KeepWeekly + policy.KeepMonthly + policy.KeepYearly > 0;
        return hasRule
            ? (policy, body.Flag("dryRun") ?? false)
            : throw RequestException.Unprocessable(
                "the policy has no rule: give at least one of keepLast, keepDaily, keepWeekly, keepMonthly, keepYearly and maxAge");
    }

    /// <summary>The options of a request to collect garbage, which may do without a body.</summary>
    /// <exception cref="RequestException">It is not JSON, or a member breaks the description.</exception>
    public static async Task<GarbageCollectionOptions> ReadCollectionAsync(HttpContext context)
    {
        var options = new GarbageCollectionOptions();
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return options;
        }

        using JsonDocument document = await RequestBody.ReadDocumentAsync(context);
        JsonFields body = JsonFields.Of(document.RootElement, "");
        return new GarbageCollectionOptions
        {
            MinimumAge = AgeOf(body, "minAge", TimeSpan.Zero, LongestMinimumAge) ?? options.MinimumAge,
            IsDryRun = body.Flag("dryRun") ?? false,
        };
    }

    /// <summary>How a request wants a backup to be verified.</summary>
    /// <exception cref="RequestException">A parameter breaks the description.</exception>
    public static VerificationOptions ReadVerification(IQueryCollection query)
    {
        var options = new VerificationOptions();
        if (ObjectRequest.Text(query, "level") is { Length: > 0 } word)
        {
            VerificationLevel[] levels = Enum.GetValues<VerificationLevel>();
            int index = Array.FindIndex(levels, level => MaintenanceJson.Word(level) == word);
            options = index >= 0
                ? options with { Level = levels[index] }
                : throw RequestException.Validation(
                    ValidationCode.Enumeration, $"level in query should be one of [{string.Join(' ', levels.Select(MaintenanceJson.Word))}]");
        }

        if (ObjectRequest.Text(query, "samplePercent") is { Length: > 0 } text)
        {
            options = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent is > 0 and <= 100
                ? options with { SamplePercent = percent }
                : throw RequestException.Unprocessable($"samplePercent in query takes a number above 0 and at most 100, not '{text}'");
        }

        return options;
    }

    private static int Count(JsonFields body, string name) => body.Integer(name) switch
    {
        null => 0,
        < 0 => throw RequestException.Validation(ValidationCode.Minimum, $"{name} in body should be greater than or equal to 0"),
        > MostKept => throw RequestException.Validation(ValidationCode.Maximum, $"{name} in body should be less than or equal to {MostKept}"),
        { } count => (int)count,
    };

    private static TimeSpan? AgeOf(JsonFields body, string name, TimeSpan least, TimeSpan most) =>
        body.Text(name) is not { } text ? null
        : Age.TryParse(text, out TimeSpan age) && age >= least && age <= most ? age
        : throw RequestException.Unprocessable($"{name} in body takes {Age.Allowed}, within its range; it is '{text}'");
}
