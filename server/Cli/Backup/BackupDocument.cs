using System.Globalization;
using System.Text.Json;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary>A backup as the commands show it.</summary>
internal static class BackupDocument
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Writes it as a JSON object. Absent values are left out.</summary>
    public static void Write(Utf8JsonWriter json, BackupSummary backup, string location)
    {
        json.WriteStartObject();
        json.WriteString("id", backup.Id);
        json.WriteString("status", BackupStatus.OfCreate(backup.State));
        if (backup.Error is { } error)
        {
            json.WriteString("error", error);
        }

        json.WriteString("location", location);
        json.WriteString("node", backup.Node);
        json.WriteNumber("attempt", backup.Attempt);
        if (backup.IsDegraded)
        {
            json.WriteBoolean("degraded", true);
        }

        MaintenanceJson.WriteTexts(json, "classes", backup.Collections);
        json.WriteString("startedAt", MaintenanceJson.Time(backup.StartedAt));
        if (backup.CompletedAt is { } completed)
        {
            json.WriteString("completedAt", MaintenanceJson.Time(completed));
        }

        if (backup.State == BackupState.Success)
        {
            json.WriteNumber("files", backup.Files);
            json.WriteNumber("bytes", backup.LogicalBytes);
            json.WriteNumber("uploadedBytes", backup.UploadedBytes);
            json.WriteNumber("reusedBytes", backup.ReusedBytes);
            json.WriteString("root", backup.Root);
        }

        json.WriteEndObject();
    }

    /// <summary>A number of bytes, for people.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }

    /// <summary>A time, for people; one that is not known is a dash.</summary>
    public static string Time(DateTimeOffset? time) =>
        time is { } known && known != DateTimeOffset.MinValue ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "-";
}
