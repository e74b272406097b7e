using System.Numerics;

namespace GrpoMonteCarlo.Tests.Numerics;

/// <summary>A quotient of integers, the denominator positive: the exact value of a double, and of what is computed from it.</summary>
internal readonly record struct BigRational(BigInteger Numerator, BigInteger Denominator)
{
    public static BigRational FromDouble(double value)
    {
        if (value == 0)
        {
            return new(0, 1);
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger significand = bits & 0x000F_FFFF_FFFF_FFFF;
        if (exponent == 0)
        {
            exponent = 1;
        }
        else
        {
            significand += 1L << 52;
        }

        exponent -= 1075;
        significand = value < 0 ? -significand : significand;
        return exponent >= 0 ? new(significand << exponent, 1) : new(significand, BigInteger.One << -exponent);
    }

    public static BigRational operator +(BigRational a, BigRational b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static BigRational operator -(BigRational a, BigRational b) => a + new BigRational(-b.Numerator, b.Denominator);

    public static BigRational operator /(BigRational a, BigRational b) =>
        new(a.Numerator * b.Denominator * b.Numerator.Sign, a.Denominator * BigInteger.Abs(b.Numerator));

    public static bool operator <=(BigRational a, BigRational b) => a.Numerator * b.Denominator <= b.Numerator * a.Denominator;

    public static bool operator >=(BigRational a, BigRational b) => b <= a;

    /// <summary>|computed - exact| in units in the last place of the computed double.</summary>
    public static double UlpsBetween(double computed, BigRational exact)
    {
        double ulp = Math.Max(Math.BitIncrement(Math.Abs(computed)) - Math.Abs(computed), double.Epsilon);
        BigRational error = (FromDouble(computed) - exact) / FromDouble(ulp);
        BigInteger thousandths = BigInteger.Abs(error.Numerator) * 1000 / error.Denominator;
        return thousandths > 1_000_000_000 ? double.PositiveInfinity : (double)thousandths / 1000;
    }
}
