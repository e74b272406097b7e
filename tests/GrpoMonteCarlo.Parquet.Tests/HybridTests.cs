using System.Buffers;

namespace GrpoMonteCarlo.Parquet.Tests;

public class HybridTests
{
    [Fact]
    public void Runs_and_groups_of_every_width_come_back()
    {
        Random random = new(4);
        for (int round = 0; round < 4000; round++)
        {
            int width = 1 + (round % 31);
            int[] values = new int[random.Next(200)];
            int runLength = 1 + random.Next(60);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = i > 0 && random.Next(runLength) != 0 ? values[i - 1] : (int)random.NextInt64(1L << width);
            }

            ArrayBufferWriter<byte> output = new();
            HybridEncoder.Write(values, width, output);
            Assert.Equal(values, HybridDecoder.Decode(output.WrittenSpan, width, values.Length, "test"));
            Assert.InRange(output.WrittenCount, 0, 5 + ((values.Length + 7) / 8 * width));
        }
    }

    [Fact]
    public void The_bytes_are_those_of_the_formats_own_example()
    {
        ArrayBufferWriter<byte> output = new();
        HybridEncoder.Write([0, 1, 2, 3, 4, 5, 6, 7], 3, output);
        Assert.Equal([0x03, 0x88, 0xC6, 0xFA], output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData(1, 100_000, 5)]
    [InlineData(12, 100_000, 6)]
    [InlineData(3, 7, 4)]
    public void A_run_takes_few_bytes(int width, int count, int most)
    {
        int[] values = new int[count];
        Array.Fill(values, 1);
        ArrayBufferWriter<byte> output = new();
        HybridEncoder.Write(values, width, output);
        Assert.InRange(output.WrittenCount, 1, most);
    }
}
