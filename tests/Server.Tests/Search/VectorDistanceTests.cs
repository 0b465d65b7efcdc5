using Basalt.Server.Search;

namespace Basalt.Server.Tests.Search;

public sealed class VectorDistanceTests
{
    [Theory]
    [InlineData(1f)]
    [InlineData(1e-30f)]
    [InlineData(1e-20f)]
    [InlineData(1e20f)]
    [InlineData(1e37f)]
    public void Cosine_WhateverTheLengths_TellsOnlyTheAngle(float scale)
    {
        float[] query = [1, 2, 3];
        float[] parallel = [.. query.Select(value => value * scale)];
        float[] opposite = [.. parallel.Select(value => -value)];

        Assert.InRange(VectorDistance.Between(VectorMetric.Cosine, parallel, query), 0, 1e-6f);
        Assert.InRange(VectorDistance.Between(VectorMetric.Cosine, opposite, query), 2 - 1e-6f, 2 + 1e-6f);
    }

    [Fact]
    public void Cosine_OfAVectorWithoutADirection_IsThatOfARightAngle() =>
        Assert.Equal(1, VectorDistance.Between(VectorMetric.Cosine, [0, 0], [1, 2]));

    [Fact]
    public void Distance_BeyondWhatAFloatHolds_IsTheLargestOne()
    {
        float[] left = [3e38f, 3e38f];
        float[] right = [-3e38f, -3e38f];

        Assert.Equal(float.MaxValue, VectorDistance.Between(VectorMetric.L2Squared, left, right));
        Assert.Equal(float.MaxValue, VectorDistance.Between(VectorMetric.Manhattan, left, right));
        Assert.Equal(float.MaxValue, VectorDistance.Between(VectorMetric.Dot, left, right));
        Assert.Equal(float.MinValue, VectorDistance.Between(VectorMetric.Dot, left, left));
        Assert.Equal(0, VectorDistance.Between(VectorMetric.L2Squared, left, left));
    }
}
