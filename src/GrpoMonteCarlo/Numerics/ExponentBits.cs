namespace GrpoMonteCarlo.Numerics;

/// <summary>Powers of two straight from a double's exponent field.</summary>
internal static class ExponentBits
{
    /// <summary>What the field holds beyond the exponent.</summary>
    public const int Bias = 1023;

    /// <summary>2^k, k from -1022 to 1023.</summary>
    public static double PowerOfTwo(int k) => BitConverter.Int64BitsToDouble((long)(k + Bias) << 52);
}
