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

    /// <summary>The distance of two vectors of one length; always finite.</summary>
    public static float Between(VectorMetric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float distance = metric switch
        {
            VectorMetric.Cosine => Cosine(left, right),
            VectorMetric.Dot => -Dot(left, right),
            VectorMetric.L2Squared => Sum(left, right, static (a, b) => (a - b) * (a - b), static (a, b) => (a - b) * (a - b)),
            VectorMetric.Manhattan => Sum(left, right, static (a, b) => Vector.Abs(a - b), static (a, b) => Math.Abs(a - b)),
            _ => Hamming(left, right),
        };
        return float.IsFinite(distance) ? distance : BetweenHuge(metric, left, right);
    }

    private static float Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float leftSquare = Dot(left, left);
        float rightSquare = Dot(right, right);

        // Squares of very small or very large elements are lost in 32 bits.
        return IsExact(leftSquare) && IsExact(rightSquare)
            ? Math.Max(0, 1 - (Dot(left, right) / (MathF.Sqrt(leftSquare) * MathF.Sqrt(rightSquare))))
            : PreciseCosine(left, right);
    }

    private static bool IsExact(float square) => square is > 1e-30f and < 1e30f;

    private static float PreciseCosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double lengths = Math.Sqrt(PreciseDot(left, left)) * Math.Sqrt(PreciseDot(right, right));

        // A vector without a direction is at a right angle to everything.
        return lengths > 0 ? (float)Math.Max(0, 1 - (PreciseDot(left, right) / lengths)) : 1;
    }

    /// <summary>Distances beyond what 32 bits hold come out as the largest number they do.</summary>
    private static float BetweenHuge(VectorMetric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double distance = metric == VectorMetric.Dot ? -PreciseDot(left, right) : 0;
        for (int i = 0; i < left.Length && metric != VectorMetric.Dot; i++)
        {
            double difference = Math.Abs((double)left[i] - right[i]);
            distance += metric == VectorMetric.Manhattan ? difference : difference * difference;
        }

        return (float)Math.Clamp(distance, float.MinValue, float.MaxValue);
    }

    private static double PreciseDot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
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
