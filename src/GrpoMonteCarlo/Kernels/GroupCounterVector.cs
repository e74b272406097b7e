using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Counts small groups as fields of a word, all at once, and large ones by differences of running counts, without a
/// branch that depends on the draws. Equals <see cref="GroupCounterScalar"/>.
/// </summary>
internal sealed class GroupCounterVector(IFieldCounts fieldCounts) : IGroupCounter
{
    private const int MaxWords = GroupCounter.MaxChunkBlocks * Bernoulli.BlockWords;

    private readonly ulong[] _fields = new ulong[2 * MaxWords];
    private readonly byte[] _counts = new byte[(MaxWords * 64 / 2) + IFieldCounts.MaxPadding];
    private readonly int[] _before = new int[MaxWords];

    public void Add(ReadOnlySpan<ulong> rollouts, int lanes, int groupSize, ref UnfinishedGroup unfinished, Span<long> histogram)
    {
        ReadOnlySpan<ulong> blocks = rollouts[..(Bernoulli.Blocks(lanes) * Bernoulli.BlockWords)];
        if (groupSize <= GroupCounter.MaxFieldSize && unfinished.Lanes == 0 && lanes % groupSize == 0)
        {
            AddFields(blocks, lanes / groupSize, groupSize, histogram);
        }
        else
        {
            AddDifferences(blocks, lanes, groupSize, ref unfinished, histogram);
        }
    }

    [MethodImpl(InstructionSets.Kernel)]
    private void AddFields(ReadOnlySpan<ulong> blocks, int groups, int groupSize, Span<long> histogram)
    {
        int fieldSize = (int)BitOperations.RoundUpToPowerOf2((uint)groupSize);
        ReadOnlySpan<ulong> fields = fieldSize == groupSize ? blocks : Spread(blocks, groups, groupSize, fieldSize);
        ReadOnlySpan<byte> counts = _counts.AsSpan(0, fieldCounts.Count(fields, fieldSize, _counts));
        histogram[0] += groups - fieldCounts.AddHistogram(counts, groupSize, histogram);
    }

    // Gives every group a field of its own: its G bits, then zeros.
    [MethodImpl(InstructionSets.Kernel)]
    private ReadOnlySpan<ulong> Spread(ReadOnlySpan<ulong> blocks, int groups, int groupSize, int fieldSize)
    {
        int fieldsPerWord = 64 / fieldSize;
        int words = (groups + fieldsPerWord - 1) / fieldsPerWord;
        int wholeBlocks = (words + Bernoulli.BlockWords - 1) / Bernoulli.BlockWords * Bernoulli.BlockWords;
        Span<ulong> fields = _fields.AsSpan(0, wholeBlocks);
        ulong mask = FirstBits(groupSize, fieldSize);
        uint taken = (uint)(fieldsPerWord * groupSize);
        uint lane = 0;
        for (int word = 0; word < words; word++, lane += taken)
        {
            // The next bits may straddle two words; past the last one there are none.
            int low = (int)(lane / 64), bit = (int)(lane % 64);
            ulong next = low + 1 < blocks.Length ? blocks[low + 1] : 0;
            fields[word] = Deposit((blocks[low] >> bit) | (next << 1 << (63 - bit)), mask, groupSize, fieldSize);
        }

        fields[words..].Clear();
        return fields;
    }

    // The first G bits of every field of a word.
    private static ulong FirstBits(int groupSize, int fieldSize)
    {
        ulong mask = 0;
        for (int field = 0; field < 64; field += fieldSize)
        {
            mask |= ((1UL << groupSize) - 1) << field;
        }

        return mask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Deposit(ulong bits, ulong mask, int groupSize, int fieldSize)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitDeposit(bits, mask);
        }

        ulong fields = 0;
        for (int field = 0; field < 64; field += fieldSize, bits >>= groupSize)
        {
            fields |= (bits & ((1UL << groupSize) - 1)) << field;
        }

        return fields;
    }

    [MethodImpl(InstructionSets.Kernel)]
    private void AddDifferences(
        ReadOnlySpan<ulong> blocks, int lanes, int groupSize, ref UnfinishedGroup unfinished, Span<long> histogram)
    {
        int total = 0;
        for (int word = 0; word < blocks.Length; word++)
        {
            _before[word] = total;
            total += BitOperations.PopCount(blocks[word]);
        }

        // K of a group is the rare rollouts up to its last lane less those up to the last lane of the group before.
        int counted = -unfinished.Rare;
        uint last = (uint)(groupSize - unfinished.Lanes - 1);
        for (; last < lanes; last += (uint)groupSize)
        {
            int word = (int)(last / 64);
            int upToLast = _before[word] + BitOperations.PopCount(blocks[word] << (63 - (int)(last % 64)));
            histogram[upToLast - counted]++;
            counted = upToLast;
        }

        unfinished = new UnfinishedGroup(lanes - ((int)last - groupSize + 1), total - counted);
    }
}
