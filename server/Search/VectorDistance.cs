using System.Numerics;
using System.Runtime.InteropServices;

namespace Basalt.Server.Search;

/// <summary>Distances between vectors.</summary>
internal static class VectorDistance
{
    /// <summary>Reads the name of a metric in a class's settings.</summary>
    public static VectorMetric ParseMetric(string? name) => name switch
    {
        "dot" => VectorMetric.Dot,
        "l2-squared" => VectorMetric.L2Squared,
        "manhattan" => VectorMetric.Manhattan,
        "hamming" => VectorMetric.Hamming,
        _ => VectorMetric.Cosine,
    };

    /// <summary>The distance of two vectors of one length.</summary>
    public static float Between(VectorMetric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right) => metric switch
    {
        VectorMetric.Cosine => Cosine(left, right),
        VectorMetric.Dot => -Dot(left, right),
        VectorMetric.L2Squared => Sum(left, right, static (a, b) => (a - b) * (a - b), static (a, b) => (a - b) * (a - b)),
        VectorMetric.Manhattan => Sum(left, right, static (a, b) => Vector.Abs(a - b), static (a, b) => Math.Abs(a - b)),
        _ => Hamming(left, right),
    };

    private static float Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float lengths = MathF.Sqrt(Dot(left, left)) * MathF.Sqrt(Dot(right, right));

        // A vector without a direction is at a right angle to everything.
        return lengths > 0 ? Math.Max(0, 1 - (Dot(left, right) / lengths)) : 1;
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        Sum(left, right, static (a, b) => a * b, static (a, b) => a * b);

    private static int Hamming(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        int different = 0;
        for (int i = 0; i < left.Length; i++)
        {
            different += left[i] == right[i] ? 0 : 1;
        }

        return different;
    }

    private static float Sum(
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        Func<Vector<float>, Vector<float>, Vector<float>> combineMany,
        Func<float, float, float> combine)
    {
        ReadOnlySpan<Vector<float>> leftParts = MemoryMarshal.Cast<float, Vector<float>>(left);
        ReadOnlySpan<Vector<float>> rightParts = MemoryMarshal.Cast<float, Vector<float>>(right);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < leftParts.Length; i++)
        {
            sums += combineMany(leftParts[i], rightParts[i]);
        }

        float sum = Vector.Sum(sums);
        for (int i = leftParts.Length * Vector<float>.Count; i < left.Length; i++)
        {
            sum += combine(left[i], right[i]);
        }

        return sum;
    }
}
