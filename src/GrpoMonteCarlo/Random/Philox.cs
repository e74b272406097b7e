namespace GrpoMonteCarlo.Random;

/// <summary>What every Philox4x32-10 shares: the constants of its rounds, the size of a batch, the choice of a width.</summary>
internal static class Philox
{
    /// <summary>Rounds of one call.</summary>
    public const int Rounds = 10;

    /// <summary>Multipliers of the counter words 0 and 2.</summary>
    public const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57;

    /// <summary>What a round adds to the key words.</summary>
    public const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>Calls in a batch.</summary>
    public const int BatchCalls = 16;

    /// <summary>Planes in a batch: the words of a call's output.</summary>
    public const int BatchPlanes = 4;

    /// <summary>64-bit words in a plane of 512 lanes.</summary>
    public const int PlaneWords = 8;

    /// <summary>64-bit words in a batch.</summary>
    public const int BatchWords = BatchPlanes * PlaneWords;

    /// <summary>The implementation for an instruction set, which must be available.</summary>
    public static IPhilox For(InstructionSet isa) => isa switch
    {
        InstructionSet.Avx512 => new PhiloxAvx512(),
        InstructionSet.Avx2 => new PhiloxAvx2(),
        InstructionSet.Vector128 => new PhiloxVector128(),
        _ => new PhiloxScalar(),
    };

    /// <summary>Refuses a fill that is not made of whole batches.</summary>
    public static void ThrowIfNotBatches(UInt128 counter, ReadOnlySpan<ulong> planes)
    {
        if (((uint)counter % BatchCalls) != 0 || (planes.Length % BatchWords) != 0)
        {
            throw new ArgumentException("Planes are filled in whole batches that start at a multiple of their calls.");
        }
    }
}
