using System.Numerics;
using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Tests.Numerics;

public class ExactMomentsTests
{
    [Theory]
    [InlineData(0.3, 86)]
    [InlineData(1e-12, 86)]
    [InlineData(-117.25, 72)]
    public void Equal_values_have_no_variance(double value, int fractionBits)
    {
        var moments = default(ExactMoments);
        for (int i = 0; i < 1000; i++)
        {
            moments.Add(value, fractionBits);
        }

        Assert.Equal(value, moments.Mean(1000, fractionBits), Math.Abs(value) * 1e-12);
        Assert.Equal(0, moments.Variance(1000, fractionBits));
    }

    [Fact]
    public void Mean_and_variance_are_those_of_big_integers()
    {
        var random = new System.Random(5);
        var moments = default(ExactMoments);
        BigInteger sum = 0;
        BigInteger squares = 0;
        const int Count = 500;
        for (int i = 0; i < Count; i++)
        {
            double value = (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-60, 7));
            moments.Add(value, 72);
            var quanta = (BigInteger)ScaledInteger.Round(value, 72);
            sum += quanta;
            squares += quanta * quanta;
        }

        Assert.Equal(sum, (BigInteger)moments.Sum);
        double mean = (double)sum / Math.ScaleB(1, 72) / Count;
        double variance = (double)((Count * squares) - (sum * sum)) / Math.ScaleB(1, 144) / Count / (Count - 1);
        Assert.Equal(1, moments.Mean(Count, 72) / mean, 1e-14);
        Assert.Equal(1, moments.Variance(Count, 72) / variance, 1e-14);
    }

    [Fact]
    public void Any_order_and_any_split_give_the_same_bytes()
    {
        var random = new System.Random(6);
        double[] values = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble() * Math.ScaleB(1, random.Next(-90, 0)))];
        ExactMoments whole = Of(values);
        random.Shuffle(values);
        ExactMoments split = Of(values[..317]);
        split.Add(Of(values[317..]));
        Assert.Equal(whole, split);

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        whole.Write(writer);
        stream.Position = 0;
        Assert.Equal(whole, ExactMoments.Read(new BinaryReader(stream)));
        Assert.Equal(48, stream.Length);
    }

    [Theory]
    [InlineData(0.5, 0, "0")] // ties go to even
    [InlineData(1.5, 0, "2")]
    [InlineData(2.5, 0, "2")]
    [InlineData(-2.5, 0, "-2")]
    [InlineData(0.75, 1, "2")]
    [InlineData(5e-324, 86, "0")]
    [InlineData(1, 86, "77371252455336267181195264")]
    public void Rounding_is_to_nearest_even(double value, int fractionBits, string expected) =>
        Assert.Equal(Int128.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), ScaledInteger.Round(value, fractionBits));

    [Fact]
    public void Ratios_are_correctly_rounded()
    {
        var random = new System.Random(7);
        for (int i = 0; i < 2000; i++)
        {
            var numerator = new BigInteger(random.NextInt64()) * random.NextInt64();
            var denominator = new BigInteger(random.NextInt64(1, long.MaxValue)) * random.NextInt64(1, long.MaxValue);
            double ratio = ExactRatio.ToDouble(numerator, denominator);
            Assert.InRange(BigRational.UlpsBetween(ratio, new BigRational(numerator, denominator)), 0, 0.5);
        }

        Assert.Equal(-1.0 / 3, ExactRatio.ToDouble(-1, 3));
        Assert.Equal(0, ExactRatio.ToDouble(0, 3));
    }

    private static ExactMoments Of(double[] values)
    {
        var moments = default(ExactMoments);
        foreach (double value in values)
        {
            moments.Add(value, 86);
        }

        return moments;
    }
}
