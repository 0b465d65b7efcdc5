using System.Globalization;
using System.Text;
using Basalt.Engine;
using Basalt.Server.Cli.Backup;

namespace Basalt.Server.Cli.Inspection;

/// <summary>Damage and losses, for people.</summary>
internal static class InspectionText
{
    public static void WriteDamage(CommandReport report, CheckReport found)
    {
        report.Table(
            ["FILE", "OFFSET", "KEYSPACE", "PROBLEM"],
            found.Damage.Select(damage => new[]
            {
                damage.File, damage.Offset.ToString(CultureInfo.InvariantCulture), damage.Keyspace ?? "-", damage.Problem,
            }));
        if (found.DamageCount > found.Damage.Count)
        {
            report.Line($"{found.DamageCount - found.Damage.Count} more places are not listed.");
        }
    }

    public static void WriteLosses(CommandReport report, IReadOnlyList<Loss> losses) => report.Table(
        ["KEYSPACE", "FROM", "TO", "ENTRIES", "REASON"],
        losses.Select(loss => new[]
        {
            loss.Keyspace ?? "any",
            Key(loss.SmallestKey),
            Key(loss.LargestKey),
            loss.Entries?.ToString(CultureInfo.InvariantCulture) ?? "?",
            loss.Reason,
        }));

    /// <summary>A key as text if it is printable, otherwise in hex.</summary>
    public static string Key(ReadOnlyMemory<byte>? key)
    {
        if (key is not { } bytes)
        {
            return "any";
        }

        foreach (byte value in bytes.Span)
        {
            if (value is < 0x20 or > 0x7E)
            {
                return "0x" + Convert.ToHexString(bytes.Span);
            }
        }

        return Encoding.ASCII.GetString(bytes.Span);
    }
}
