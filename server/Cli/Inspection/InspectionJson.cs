using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Inspection;

/// <summary>What check and repair answer. Absent values are left out, never null; keys are in hex.</summary>
internal static class InspectionJson
{
    public static void Write(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteStartObject();
        json.WriteString("data", report.Directory);
        if (report.DatabaseId is { } id)
        {
            json.WriteString("databaseId", id);
        }

        json.WriteBoolean("good", report.IsGood);
        json.WriteNumber("keyspaces", report.Keyspaces);
        json.WriteNumber("segments", report.Segments);
        json.WriteNumber("logRecords", report.LogRecords);
        json.WriteNumber("bytesRead", report.BytesRead);
        WriteDamage(json, report);
        MaintenanceJson.WriteTexts(json, "notes", report.Notes);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, RepairReport report)
    {
        json.WriteStartObject();
        json.WriteString("data", report.Check.Directory);
        json.WriteBoolean("dryRun", report.IsDryRun);
        json.WriteBoolean("good", !report.IsNeeded);
        WriteDamage(json, report.Check);
        if (report.LostFolder is { } folder)
        {
            json.WriteString("lostFolder", folder);
        }

        MaintenanceJson.WriteTexts(json, "setAside", report.SetAside);
        json.WriteNumber("rewrittenSegments", report.RewrittenSegments);
        json.WriteNumber("salvagedEntries", report.SalvagedEntries);
        json.WriteNumber("replayedRecords", report.ReplayedRecords);
        MaintenanceJson.WriteTexts(json, "releasedLeases", report.ReleasedLeases);
        json.WriteStartArray("losses");
        foreach (Loss loss in report.Losses)
        {
            Write(json, loss);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDamage(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteNumber("damageCount", report.DamageCount);
        json.WriteStartArray("damage");
        foreach (Damage damage in report.Damage)
        {
            json.WriteStartObject();
            json.WriteString("file", damage.File);
            json.WriteNumber("offset", damage.Offset);
            json.WriteString("problem", damage.Problem);
            WriteText(json, "keyspace", damage.Keyspace);
            WriteText(json, "segment", damage.Segment?.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Loss loss)
    {
        json.WriteStartObject();
        json.WriteString("reason", loss.Reason);
        WriteText(json, "keyspace", loss.Keyspace);
        WriteText(json, "smallestKey", loss.SmallestKey is { } smallest ? Convert.ToHexString(smallest.Span) : null);
        WriteText(json, "largestKey", loss.LargestKey is { } largest ? Convert.ToHexString(largest.Span) : null);
        WriteNumber(json, "entries", (ulong?)loss.Entries);
        WriteNumber(json, "smallestSequence", loss.SmallestSequence);
        WriteNumber(json, "largestSequence", loss.LargestSequence);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, ulong? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
