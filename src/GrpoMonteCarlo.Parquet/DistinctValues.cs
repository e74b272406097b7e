using System.Numerics;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Finds a column's distinct values, in the order in which they first appear.</summary>
/// <remarks>An open-addressed table of its own, so that nothing is allocated per value or per row group.</remarks>
internal sealed class DistinctValues
{
    // 0 for a free slot, else one more than the number of a distinct value.
    private int[] _slots = [];
    private int[] _firsts = [];
    private int[] _indices = [];
    private int _valueCount;

    /// <summary>How many distinct values there are.</summary>
    public int Count { get; private set; }

    /// <summary>Where each distinct value first appears in the buffer.</summary>
    public ReadOnlySpan<int> Firsts => _firsts.AsSpan(0, Count);

    /// <summary>For every value of the buffer, which distinct value it is.</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, _valueCount);

    public void Find(ColumnBuffer buffer)
    {
        _valueCount = buffer.ValueCount;
        Count = 0;
        int slotCount = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * _valueCount));
        if (_slots.Length < slotCount)
        {
            _slots = new int[slotCount];
            _firsts = new int[slotCount / 2];
            _indices = new int[slotCount / 2];
        }

        Span<int> slots = _slots.AsSpan(0, slotCount);
        slots.Clear();
        int shift = 64 - BitOperations.Log2((uint)slotCount);
        if (buffer.Column.Type == ParquetType.String)
        {
            FindTexts(buffer, slots, shift);
        }
        else
        {
            FindBits(buffer.Bits, slots, shift);
        }
    }

    private void FindBits(ReadOnlySpan<long> bits, Span<int> slots, int shift)
    {
        for (int i = 0; i < bits.Length; i++)
        {
            int slot = Slot((ulong)bits[i], shift);
            while (slots[slot] != 0 && bits[_firsts[slots[slot] - 1]] != bits[i])
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            Place(i, ref slots[slot]);
        }
    }

    private void FindTexts(ColumnBuffer buffer, Span<int> slots, int shift)
    {
        for (int i = 0; i < _valueCount; i++)
        {
            ReadOnlySpan<byte> text = buffer.Text(i);
            ulong hash = 0;
            foreach (byte letter in text)
            {
                hash = (hash ^ letter) * 0x100000001B3;
            }

            int slot = Slot(hash, shift);
            while (slots[slot] != 0 && !buffer.Text(_firsts[slots[slot] - 1]).SequenceEqual(text))
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            Place(i, ref slots[slot]);
        }
    }

    private void Place(int value, ref int slot)
    {
        if (slot == 0)
        {
            _firsts[Count++] = value;
            slot = Count;
        }

        _indices[value] = slot - 1;
    }

    // The folding brings in the high bits, in which alone round doubles differ; the product's high bits hang on all the bits.
    private static int Slot(ulong hash, int shift) => (int)(((hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15) >> shift);
}
