namespace Basalt.Server.Search;

/// <summary>A vector to search near to.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="Target">The name of the vectors it is compared with; null takes the only ones there are.</param>
/// <param name="MaxDistance">How far away objects may be.</param>
/// <param name="MinCertainty">The same as a certainty, for cosine distances.</param>
internal sealed record VectorQuery(float[] Vector, string? Target = null, float? MaxDistance = null, float? MinCertainty = null)
{
    /// <summary>The object whose vector is meant; null when the vector itself is given.</summary>
    public Guid? NearObject { get; init; }
}
