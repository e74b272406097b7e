namespace GrpoMonteCarlo.Numerics;

/// <summary>
/// Doubles rounded to integer multiples of a quantum 2^-fractionBits. Sums of such integers are exact, so they do not depend on
/// the order in which workers, shards and resumed runs add them.
/// </summary>
internal static class ScaledInteger
{
    /// <summary>
    /// value 2^fractionBits, rounded to the nearest integer, ties to even. The caller's ranges keep it below 2^126 in size.
    /// </summary>
    public static Int128 Round(double value, int fractionBits)
    {
        // Nearly always the result fits 64 bits: the product is exact, and the processor rounds it.
        if (Math.Abs(fractionBits) < 1000)
        {
            double scaled = value * ExponentBits.PowerOfTwo(fractionBits);
            if (Math.Abs(scaled) < 1L << 62)
            {
                return (long)Math.Round(scaled, MidpointRounding.ToEven);
            }
        }

        (ulong significand, int shift) = Decompose(value, fractionBits);
        var magnitude = (Int128)((UInt128)significand << shift);
        return value < 0 ? -magnitude : magnitude;
    }

    /// <summary>
    /// The magnitude of <see cref="Round"/> as significand 2^shift, the significand below 2^53 + 1 and the shift not negative.
    /// </summary>
    public static (ulong Significand, int Shift) Decompose(double value, int fractionBits)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        ulong significand = (ulong)bits & 0x000F_FFFF_FFFF_FFFF;
        if (exponent == 0)
        {
            exponent = 1;
        }
        else
        {
            significand |= 1UL << 52;
        }

        int shift = exponent - 1075 + fractionBits;
        if (shift >= 0 || significand == 0)
        {
            return (significand, significand == 0 ? 0 : shift);
        }

        int lost = -shift;
        if (lost > 54)
        {
            return (0, 0);
        }

        ulong half = 1UL << (lost - 1);
        ulong kept = significand >> lost;
        ulong remainder = significand & ((half << 1) - 1);
        return (remainder > half || (remainder == half && (kept & 1) == 1) ? kept + 1 : kept, 0);
    }
}
