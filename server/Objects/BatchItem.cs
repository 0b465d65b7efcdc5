using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Objects;

/// <summary>An object of a batch and what became of it.</summary>
/// <param name="Draft">The object as the request carried it.</param>
/// <param name="Target">Its shard, if that is known.</param>
/// <param name="Window">Where it was encoded, if it was.</param>
/// <param name="Index">Its place there.</param>
/// <param name="EncodingProblem">Why it was not encoded, or null.</param>
internal readonly record struct BatchItem(ObjectDraft Draft, ShardTarget? Target, WriteWindow? Window, int Index, string? EncodingProblem)
{
    /// <summary>Why the object was not written, or null when it was.</summary>
    public string? Problem => EncodingProblem ?? Window!.Writes[Index].Problem;
}
