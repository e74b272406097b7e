using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>What every <see cref="IBernoulli"/> shares: the size of a block, its valid lanes, the choice of a width.</summary>
internal static class Bernoulli
{
    /// <summary>Lanes in a block: those of a plane.</summary>
    public const int BlockLanes = 64 * BlockWords;

    /// <summary>64-bit words in a block.</summary>
    public const int BlockWords = Philox.PlaneWords;

    /// <summary>The implementation for an instruction set, which must be available.</summary>
    public static IBernoulli For(InstructionSet isa) => isa switch
    {
        InstructionSet.Avx512 => new BernoulliAvx512(),
        InstructionSet.Avx2 => new BernoulliAvx2(),
        InstructionSet.Vector128 => new BernoulliVector128(),
        _ => new BernoulliScalar(),
    };

    /// <summary>The blocks that hold so many lanes.</summary>
    public static int Blocks(int lanes) => (lanes + BlockLanes - 1) / BlockLanes;

    /// <summary>Sets the lowest <paramref name="lanes"/> lanes of a block (all, if there are more) and clears the others.</summary>
    public static void SetValid(int lanes, Span<ulong> block)
    {
        for (int word = 0; word < block.Length; word++)
        {
            int valid = Math.Clamp(lanes - (64 * word), 0, 64);
            block[word] = valid == 0 ? 0 : ulong.MaxValue >> (64 - valid);
        }
    }
}
