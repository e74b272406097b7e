using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>What every <see cref="IGroupCounter"/> shares: the size of a chunk, the choice of a width.</summary>
internal static class GroupCounter
{
    /// <summary>The largest chunk of any group size.</summary>
    public const int MaxChunkBlocks = 64;

    /// <summary>Groups up to this size are counted in fields of a word, and no chunk splits one.</summary>
    public const int MaxFieldSize = 64;

    private const int UsualChunkBlocks = 32;

    /// <summary>The implementation for an instruction set, which must be available.</summary>
    public static IGroupCounter For(InstructionSet isa) => isa switch
    {
        InstructionSet.Avx512 => new GroupCounterVector(new FieldCountsAvx512()),
        InstructionSet.Avx2 => new GroupCounterVector(new FieldCountsAvx2()),
        InstructionSet.Vector128 => new GroupCounterVector(new FieldCountsVector128()),
        _ => new GroupCounterScalar(),
    };

    /// <summary>Blocks in a chunk: G blocks hold 512 whole groups, so small groups never straddle two chunks.</summary>
    public static int ChunkBlocks(int groupSize) => groupSize <= MaxFieldSize
        ? groupSize * Math.Max(1, UsualChunkBlocks / groupSize)
        : UsualChunkBlocks;
}
