namespace Basalt.Server.Search;

/// <summary>How the distance of two vectors is measured.</summary>
internal enum VectorMetric
{
    /// <summary>One minus the cosine of the angle between them.</summary>
    Cosine,

    /// <summary>The dot product, negative.</summary>
    Dot,

    /// <summary>The square of the Euclidean distance.</summary>
    L2Squared,

    /// <summary>The sum of the differences.</summary>
    Manhattan,

    /// <summary>The number of elements that differ.</summary>
    Hamming,
}
