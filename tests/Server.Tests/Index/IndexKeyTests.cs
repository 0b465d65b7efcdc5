using Basalt.Server.Index;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Server.Tests.Index;

/// <summary>Encoded values order as the values do: filters rely on it.</summary>
public sealed class IndexKeyTests
{
    // Zero bytes and long common beginnings are where the encoding of terms could go wrong.
    private static readonly Gen<byte[]> Terms =
        from length in Gen.Choose(0, 6)
        from bytes in Gen.Elements<byte>(0x00, 0x01, 0x02, 0x61, 0xFE, 0xFF).ArrayOf(length)
        select bytes;

    [Fact]
    public void WriteInteger_ForAnyTwo_OrdersAsTheNumbersDo() => Prop.ForAll<long, long>((left, right) =>
        Assert.Equal(left.CompareTo(right), Math.Sign(Integer(left).AsSpan().SequenceCompareTo(Integer(right))))).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteNumber_ForAnyTwo_OrdersAsTheNumbersDo()
    {
        Gen<double> numbers = Gen.Frequency(
            (3, ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite)),
            (1, Gen.Elements(0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 1, -1)));

        Prop.ForAll(numbers.ToArbitrary(), numbers.ToArbitrary(), (left, right) =>
            Assert.Equal(left.CompareTo(right), Math.Sign(Number(left).AsSpan().SequenceCompareTo(Number(right))))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void WriteTerm_ForAnyTwo_OrdersAsTheBytesDoAndIsNoBeginningOfAnother() =>
        Prop.ForAll(Terms.ToArbitrary(), Terms.ToArbitrary(), (left, right) =>
        {
            byte[] one = Term(left);
            byte[] other = Term(right);
            int expected = Math.Sign(left.AsSpan().SequenceCompareTo(right));

            Assert.Equal(expected, Math.Sign(one.AsSpan().SequenceCompareTo(other)));
            Assert.Equal(expected == 0, one.AsSpan().StartsWith(other));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ReadTerm_ForAnyTerm_GivesItBack() => Prop.ForAll(Terms.ToArbitrary(), term =>
    {
        byte[] target = new byte[IndexKey.MaxTermLength];

        int length = IndexKey.ReadTerm([0, 16, .. Term(term), .. new byte[IndexKey.IdLength]], target, out bool isWhole);

        Assert.True(isWhole);
        Assert.Equal(term, target[..length]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteTerm_WhenATermIsTooLong_KeepsItsBeginningAndTellsOthersApart()
    {
        byte[] same = [.. Enumerable.Repeat((byte)0, IndexKey.MaxTermLength)];

        byte[] one = Term([.. same, 1]);
        byte[] other = Term([.. same, 2]);

        Assert.NotEqual(one, other);
        Assert.InRange(one.Length, 0, IndexKey.MaxEncodedTermLength);
        byte[] target = new byte[IndexKey.MaxTermLength];
        Assert.Equal(IndexKey.MaxTermLength, IndexKey.ReadTerm([0, 16, .. one, .. new byte[IndexKey.IdLength]], target, out bool isWhole));
        Assert.False(isWhole);
        Assert.Equal(same, target);
    }

    [Fact]
    public void WriteId_ForAnyTwo_OrdersAsTheirTextDoes() => Prop.ForAll<Guid, Guid>((left, right) =>
        Assert.Equal(
            Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString())), Math.Sign(Id(left).AsSpan().SequenceCompareTo(Id(right)))))
        .QuickCheckThrowOnFailure();

    private static byte[] Integer(long value)
    {
        byte[] encoded = new byte[sizeof(long)];
        IndexKey.WriteInteger(value, encoded);
        return encoded;
    }

    private static byte[] Number(double value)
    {
        byte[] encoded = new byte[sizeof(double)];
        IndexKey.WriteNumber(value, encoded);
        return encoded;
    }

    private static byte[] Term(byte[] term)
    {
        byte[] encoded = new byte[IndexKey.MaxEncodedTermLength];
        return encoded[..IndexKey.WriteTerm(term, encoded)];
    }

    private static byte[] Id(Guid id)
    {
        byte[] encoded = new byte[IndexKey.IdLength];
        IndexKey.WriteId(id, encoded);
        return encoded;
    }
}
