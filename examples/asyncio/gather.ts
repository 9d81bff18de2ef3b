// Two waits at once take as long as the longer one. Python: asyncio.gather
import { gather, run, sleep } from '@weft/async';

async function fetchPrice(shop: string, price: number) {
  console.log(`asking ${shop}`);
  await sleep(price);
  return price;
}

await run(async () => {
  const prices = await gather(
    () => fetchPrice('the first shop', 30),
    () => fetchPrice('the second shop', 20),
  );
  console.log(`the lowest price is ${Math.min(...prices)}`);
});

// Prints:
// asking the first shop
// asking the second shop
// the lowest price is 20
