using System.Collections.Immutable;

namespace Basalt.Backup.Documents;

/// <summary>One node in a <see cref="BackupConfigDocument"/>.</summary>
internal sealed record BackupConfigNode(ImmutableArray<string> Classes, string Status, string Error, long PreCompressionSizeBytes);
