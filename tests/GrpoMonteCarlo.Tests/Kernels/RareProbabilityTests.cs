using System.Numerics;
using GrpoMonteCarlo.Kernels;

namespace GrpoMonteCarlo.Tests.Kernels;

public class RareProbabilityTests
{
    public static TheoryData<double> Probabilities
    {
        get
        {
            TheoryData<double> data =
            [
                0.5, Math.BitDecrement(0.5), 0.25, 0.3, 0.1, 1.0 / 3, 1e-6, 1e-12, 1e-300, Math.ScaleB(1, -1000),
                double.Epsilon, 3 * double.Epsilon, Math.ScaleB(1, -1022), Math.BitDecrement(Math.ScaleB(1, -1022)),
                Math.ScaleB(0x8000_0000UL + 0.5, -40), Math.BitDecrement(Math.ScaleB(0x8000_0000UL + 0.5, -40)),
                Math.ScaleB(0xFFFF_FFFFUL + 0.5, -33), Math.BitDecrement(Math.ScaleB(0xFFFF_FFFFUL + 0.5, -33)),
            ];
            System.Random random = new(1);
            for (int i = 0; i < 200; i++)
            {
                data.Add(BitConverter.UInt64BitsToDouble((ulong)random.NextInt64(0x3FE0_0000_0000_0000)));
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Probabilities))]
    public void Rounding_is_exact_arithmetic_half_up(double q)
    {
        // q 2^1074 is an integer; keep its 32 highest bits, half up.
        (BigInteger scaled, int dropped) = Scaled(q);
        BigInteger mantissa = dropped > 0 ? (scaled + (BigInteger.One << (dropped - 1))) >> dropped : scaled << -dropped;
        if (mantissa == BigInteger.One << 32)
        {
            (mantissa, dropped) = (mantissa >> 1, dropped + 1);
        }

        RareProbability rounded = RareProbability.Round(q);
        Assert.Equal(mantissa, rounded.Mantissa);
        Assert.Equal(1074 - dropped, rounded.Exponent);
        Assert.InRange(rounded.Mantissa, 1u << 31, uint.MaxValue);
        Assert.InRange(rounded.Value, 0, 0.5);

        // The value is exactly m 2^-e, and rounding it again changes nothing.
        (BigInteger value, _) = Scaled(rounded.Value);
        Assert.Equal(dropped > 0 ? mantissa << dropped : mantissa >> -dropped, value);
        Assert.Equal(rounded, RareProbability.Round(rounded.Value));
    }

    [Fact]
    public void Zero_and_one_half_are_themselves()
    {
        Assert.Equal(0u, RareProbability.Round(0).Mantissa);
        Assert.Equal(0, RareProbability.Round(0).LastDigit);
        Assert.Equal(RareProbability.Round(0), RareProbability.Round(-0.0));
        Assert.Equal(0, RareProbability.Round(0).Value);
        RareProbability half = RareProbability.Round(0.5);
        Assert.Equal((1u << 31, 32, 0, 1, 0.5), (half.Mantissa, half.Exponent, half.LeadingZeros, half.LastDigit, half.Value));
        Assert.Equal(half, RareProbability.Round(Math.BitDecrement(0.5)));
    }

    [Fact]
    public void Digits_are_counted_from_the_point()
    {
        // 5/64 = 0.000101 in binary.
        RareProbability q = RareProbability.Round(5 / 64.0);
        Assert.Equal((3, 6), (q.LeadingZeros, q.LastDigit));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1e-300)]
    [InlineData(0.5000000000000001)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_not_the_rarer_probability_is_refused(double q)
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(q), () => RareProbability.Round(q));
    }

    // q 2^1074, and how many bits it has beyond 32.
    private static (BigInteger Scaled, int Dropped) Scaled(double q)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(q);
        int field = (int)(bits >> 52);
        ulong significand = (bits & ((1UL << 52) - 1)) | (field > 0 ? 1UL << 52 : 0);
        BigInteger scaled = (BigInteger)significand << Math.Max(field - 1, 0);
        return (scaled, (int)scaled.GetBitLength() - 32);
    }
}
