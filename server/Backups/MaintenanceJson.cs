using System.Globalization;
using System.Text.Json;
using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>What maintenance of a repository answers, the same over REST and on the command line. Absent values are left out, never null.</summary>
internal static class MaintenanceJson
{
    /// <summary>What a verification found.</summary>
    public static void Write(Utf8JsonWriter json, VerificationReport report)
    {
        json.WriteStartObject();
        json.WriteString("id", report.Id);
        json.WriteString("level", Word(report.Level));
        json.WriteBoolean("good", report.IsGood);
        json.WriteNumber("objects", report.Objects);
        json.WriteNumber("objectsRead", report.ObjectsRead);
        json.WriteNumber("bytesRead", report.BytesRead);
        if (report.Root is { } root)
        {
            json.WriteString("root", root);
        }

        json.WriteStartArray("problems");
        foreach (VerificationProblem problem in report.Problems)
        {
            json.WriteStartObject();
            json.WriteString("object", problem.ObjectKey);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>That a backup was deleted.</summary>
    public static void WriteDeleted(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteBoolean("deleted", true);
        json.WriteEndObject();
    }

    /// <summary>What a policy kept and deleted.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<RetentionDecision> decisions, bool isDryRun)
    {
        json.WriteStartObject();
        json.WriteBoolean("dryRun", isDryRun);
        json.WriteNumber("kept", decisions.Count(decision => decision.IsKept));
        json.WriteNumber("deleted", decisions.Count(decision => !decision.IsKept));
        json.WriteStartArray("backups");
        foreach (RetentionDecision decision in decisions)
        {
            json.WriteStartObject();
            json.WriteString("id", decision.Backup.Id);
            json.WriteString("status", BackupStatus.OfCreate(decision.Backup.State));
            json.WriteString("startedAt", Time(decision.Backup.StartedAt));
            json.WriteBoolean("kept", decision.IsKept);
            json.WriteString("reason", decision.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What a collection of garbage found and did.</summary>
    public static void Write(Utf8JsonWriter json, GarbageCollectionReport report)
    {
        json.WriteStartObject();
        json.WriteBoolean("dryRun", report.IsDryRun);
        json.WriteNumber("extents", report.Extents);
        json.WriteNumber("extentBytes", report.ExtentBytes);
        json.WriteNumber("garbage", report.Garbage);
        json.WriteNumber("garbageBytes", report.GarbageBytes);
        json.WriteNumber("tooYoung", report.TooYoung);
        json.WriteNumber("deleted", report.Deleted);
        json.WriteNumber("bytesFreed", report.BytesFreed);
        json.WriteNumber("documentsDeleted", report.DocumentsDeleted);
        WriteTexts(json, "retained", report.Retained);
        WriteTexts(json, "failures", report.Failures);
        WriteTexts(json, "abandonedBackups", report.AbandonedBackups);
        json.WriteEndObject();
    }

    /// <summary>A list of texts as a member.</summary>
    public static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>A time as it is on the wire.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The word for a level.</summary>
    public static string Word(VerificationLevel level) => level.ToString().ToLowerInvariant();
}
