using System.Text.Json;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Api;

/// <summary>Writes backups and restores as the contract has them, with progress as additional members. Absent values are left out, never null.</summary>
internal static class BackupJson
{
    private const double GiB = 1L << 30;

    /// <summary>Answers that an operation was accepted.</summary>
    public static Task WriteStartedAsync(HttpContext context, string id, IEnumerable<string> classes, BackupStore store, BackupPlace place) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            WriteIdentity(json, context, id, store);
            if (place.Bucket is { } bucket)
            {
                json.WriteString("bucket", bucket);
            }

            WriteClasses(json, classes);
            json.WriteString("status", BackupStatus.Of(BackupState.Started));
            json.WriteEndObject();
        });

    /// <summary>Answers with the state of a backup.</summary>
    public static Task WriteStatusAsync(HttpContext context, BackupSummary backup, BackupProgress? progress, BackupStore store) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            WriteIdentity(json, context, backup.Id, store);
            WriteState(json, BackupStatus.OfCreate(backup.State), backup.Error);
            WriteTimesAndSize(json, backup);
            WriteDegraded(json, backup);
            if (progress is not null)
            {
                WriteProgress(json, progress);
                if (progress.CutPause is { } pause)
                {
                    json.WriteNumber("cutMicroseconds", pause.TotalMicroseconds);
                }
            }
            else if (backup.State == BackupState.Success)
            {
                WriteTotals(json, backup);
            }

            json.WriteEndObject();
        });

    /// <summary>Answers with all backups.</summary>
    public static Task WriteListAsync(HttpContext context, IEnumerable<BackupSummary> backups) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (BackupSummary backup in backups)
            {
                json.WriteStartObject();
                json.WriteString("id", backup.Id);
                WriteClasses(json, backup.Collections);
                WriteState(json, BackupStatus.OfListed(backup.State), backup.Error);
                WriteTimesAndSize(json, backup);
                WriteDegraded(json, backup);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    /// <summary>Answers with the state of a restore.</summary>
    public static Task WriteRestoreStatusAsync(
        HttpContext context, string id, RestoreRecord restore, BackupProgress? progress, BackupStore store) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            WriteIdentity(json, context, id, store);
            WriteState(json, BackupStatus.Of(restore.State), restore.Error);
            if (progress is not null)
            {
                WriteProgress(json, progress);
            }

            json.WriteEndObject();
        });

    // The backend is echoed as the request spelled it.
    private static void WriteIdentity(Utf8JsonWriter json, HttpContext context, string id, BackupStore store)
    {
        json.WriteString("id", id);
        json.WriteString("backend", (string)context.Request.RouteValues["backend"]!);
        json.WriteString("path", store.Location(id));
    }

    private static void WriteState(Utf8JsonWriter json, string status, string? error)
    {
        json.WriteString("status", status);
        if (!string.IsNullOrEmpty(error))
        {
            json.WriteString("error", error);
        }
    }

    private static void WriteClasses(Utf8JsonWriter json, IEnumerable<string> classes)
    {
        json.WriteStartArray("classes");
        foreach (string name in classes)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static void WriteTimesAndSize(Utf8JsonWriter json, BackupSummary backup)
    {
        json.WriteString("startedAt", MaintenanceJson.Time(backup.StartedAt));

        // While it runs, the zero time is what clients expect.
        json.WriteString("completedAt", MaintenanceJson.Time(backup.CompletedAt ?? DateTimeOffset.MinValue));
        if (backup is { State: BackupState.Success, LogicalBytes: > 0 })
        {
            json.WriteNumber("size", backup.LogicalBytes / GiB);
        }
    }

    private static void WriteDegraded(Utf8JsonWriter json, BackupSummary backup)
    {
        if (backup.IsDegraded)
        {
            json.WriteBoolean("degraded", true);
        }
    }

    private static void WriteProgress(Utf8JsonWriter json, BackupProgress progress)
    {
        json.WriteNumber("bytesTotal", progress.BytesTotal);
        json.WriteNumber("bytesDone", progress.BytesDone);
        json.WriteNumber("bytesReused", progress.BytesReused);
        json.WriteNumber("filesTotal", progress.FilesTotal);
        json.WriteNumber("filesDone", progress.FilesDone);
        json.WriteNumber("rate", Math.Round(progress.BytesPerSecond));
        if (progress.Remaining is { } remaining)
        {
            json.WriteNumber("etaSeconds", Math.Round(remaining.TotalSeconds, 1));
        }
    }

    private static void WriteTotals(Utf8JsonWriter json, BackupSummary backup)
    {
        json.WriteNumber("bytesTotal", backup.LogicalBytes);
        json.WriteNumber("bytesDone", backup.LogicalBytes);
        json.WriteNumber("bytesReused", backup.ReusedBytes);
        json.WriteNumber("filesTotal", backup.Files);
        json.WriteNumber("filesDone", backup.Files);
    }
}
