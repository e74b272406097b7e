using System.Runtime.InteropServices;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class DigitCounterTests
{
    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_counts_what_is_below_each_bound(string isa)
    {
        IDigitCounter counter = DigitCounter.For(Widths.Parse(isa));
        System.Random random = new(1);
        byte[] all = new byte[5000];
        random.NextBytes(all);
        foreach (int length in (int[])[.. Enumerable.Range(0, 200), 255, 256, 257, 320, 1000, 1023, 1024, 4999])
        {
            foreach (int wanted in (int[])[0, 1, 2, 3, 4, 5, 7, 8, 9, 20, 49, 97, 200, 255])
            {
                // At any offset; bounds 1 and 255 more often than not; some digits 0 and 255.
                byte[] digits = all[random.Next(2)..][..length];
                digits.AsSpan(0, length / 50).Clear();
                byte[] bounds = [.. Enumerable.Range(2, 253).OrderBy(_ => random.Next()).Take(wanted - 2).Concat([1, 255])
                    .Take(wanted).Order().Select(bound => (byte)bound)];
                long[] below = [.. Enumerable.Repeat(7L, 257)];
                counter.AddBelow(digits, bounds, below);
                for (int bound = 0; bound <= 256; bound++)
                {
                    bool asked = bounds.Any(other => other == bound);
                    Assert.Equal(7 + (asked ? digits.Count(digit => digit < bound) : 0), below[bound]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_counts_wide_digits_and_sees_equal_ones(string isa)
    {
        IDigitCounter counter = DigitCounter.For(Widths.Parse(isa));
        System.Random random = new(1);
        ushort[] all = new ushort[1100];
        random.NextBytes(MemoryMarshal.AsBytes(all.AsSpan()));
        foreach (int length in (int[])[.. Enumerable.Range(0, 140), 255, 256, 257, 1000, 1023, 1024])
        {
            foreach (int wanted in (int[])[0, 1, 2, 3, 4, 5, 7, 8, 9, 20, 49])
            {
                // At any offset. Bounds that no digit equals, 0 and 65535 among them; then one that a digit does, anywhere.
                ushort[] digits = all.AsSpan(random.Next(2), length).ToArray();
                ushort[] values = [.. Enumerable.Range(0, wanted * 4).Select(_ => (ushort)random.Next(65536)).Append((ushort)0)
                    .Append(ushort.MaxValue).Except(digits).Reverse().Take(wanted).Order()];
                Check(digits, values);
                if (length > 0 && values.Length > 0)
                {
                    digits[random.Next(length)] = values[random.Next(values.Length)];
                    Check(digits, values);
                    digits[^1] = values[^1];
                    Check(digits, values);
                }
            }
        }

        void Check(ushort[] digits, ushort[] bounds)
        {
            // A place in a longer array: what lies around must not matter.
            ushort[] around = [.. bounds, .. digits, .. bounds];
            int[] below = [.. Enumerable.Repeat(7, bounds.Length + 1)];
            bool equal = counter.CountBelow(around.AsSpan(bounds.Length, digits.Length), bounds, below);
            Assert.Equal([.. bounds.Select(bound => digits.Count(digit => digit < bound)), 7], below);
            Assert.Equal(digits.Intersect(bounds).Any(), equal);
        }
    }
}
