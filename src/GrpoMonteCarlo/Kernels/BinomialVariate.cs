using System.Runtime.CompilerServices;

namespace GrpoMonteCarlo.Kernels;

/// <summary>One draw from Binomial(n, p), n up to 2^40, at a cost that does not grow with n.</summary>
internal static class BinomialVariate
{
    /// <summary>
    /// From this mean of the rarer outcome on it is rejection. Inversion is cheaper up to here (measured), but not much beyond
    /// P(X = 0) would drown in the roundings of the tail.
    /// </summary>
    public const double RejectionFrom = 24;

    /// <summary>
    /// Draws; p comes with its complement so that neither loses digits. The rarer of both is what is drawn.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Draw(long n, double p, double complement, WordBuffer words) =>
        p <= complement ? DrawRarer(n, p, complement, words) : n - DrawRarer(n, complement, p, words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long DrawRarer(long n, double p, double complement, WordBuffer words) =>
        n * p < RejectionFrom
            ? BinomialInversion.Draw(n, p, complement, words)
            : BinomialRejection.Draw(n, p, complement, words);
}
